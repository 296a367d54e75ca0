"""What training looks back at: scores by employee and period, courses started by quarter."""

from dataclasses import dataclass

import numpy as np

from ptml.features.arrays import Codes, Days, Floats
from ptml.features.days import MONTHS_A_QUARTER, NEVER
from ptml.features.history import History


@dataclass(frozen=True, eq=False)
class PeriodScores:
    """Performance scores as a table.

    Attributes
    ----------
    score : (n_employees, n_periods) float32
        Points; NaN = none.
    start, end : (n_periods,) int32
        First and last day of each period, sorted by end, then start.
    """

    score: Floats
    start: Days
    end: Days

    @property
    def known(self) -> Days:
        """The day on which each period's scores are known, (n_periods,) int32."""
        return (self.end + 1).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Starts:
    """Courses started, (k,) each, one row an enrolment, sorted as the enrolment log.

    Attributes
    ----------
    employee, course : int32
    quarter : int32
        Position among the quarters.
    enrolment : int64
        Position in `History.enrolments`.
    """

    employee: Codes
    course: Codes
    quarter: Codes
    enrolment: np.ndarray[tuple[int, ...], np.dtype[np.int64]]

    def __len__(self) -> int:
        return len(self.employee)


def period_scores(history: History, as_of_day: int = int(NEVER)) -> PeriodScores:
    """Lay out the contract's performance score by employee and period.

    Parameters
    ----------
    history : History
    as_of_day : int, optional
        Only periods that were known before this day; all when left out.
    """
    log, organisation = history.performance, history.organisation
    n_known = int(np.searchsorted(organisation.period_end + 1, as_of_day))
    score = np.full((history.n_employees, n_known), np.nan, dtype=np.float32)
    kept = log.period < n_known
    score[log.employee[kept], log.period[kept]] = log.score[kept]
    return PeriodScores(
        score, organisation.period_start[:n_known], organisation.period_end[:n_known]
    )


def quarter_starts(periods: PeriodScores) -> Days:
    """First days of the quarters that the periods fill, and the day after the last quarter.

    Quarters are steps of three calendar months from the start of the first period; three monthly
    periods make one. Only quarters that the periods fill to their end are given.

    Returns
    -------
    (n_quarters + 1,) int32
        Empty without periods, or when they do not fill a quarter.
    """
    if len(periods.start) == 0:
        return np.empty(0, dtype=np.int32)
    first = int(periods.start.min())
    after = int(periods.end.max()) + 1
    n_steps = (after - first) // 28 // MONTHS_A_QUARTER + 2
    steps = _months_after(first, MONTHS_A_QUARTER * np.arange(n_steps + 1))
    filled = steps[steps <= after]
    return filled if len(filled) > 1 else np.empty(0, dtype=np.int32)


def starts_by_quarter(history: History, quarters: Days, as_of_day: int = int(NEVER)) -> Starts:
    """List the courses started in each quarter.

    A start counts on `started_on`, or on `enrolled_on` where that is empty and a completion,
    progress or time spent shows that the course was started (`EnrolmentLog.began`).

    Parameters
    ----------
    history : History
    quarters : (n_quarters + 1,) int32
        First days of the quarters and the day after the last one, as `quarter_starts` gives them.
    as_of_day : int, optional
        Only starts that were known before this day; all when left out.
    """
    log = history.enrolments
    quarter = np.searchsorted(quarters, log.began, side="right") - 1
    inside = (quarter >= 0) & (quarter < len(quarters) - 1) & (log.started < as_of_day)
    position = np.flatnonzero(inside)
    return Starts(
        log.employee[position],
        log.course[position],
        quarter[position].astype(np.int32),
        position,
    )


def _months_after(day: int, n_months: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Days:
    date = np.datetime64(day, "D")
    month = date.astype("datetime64[M]")
    into_month = date - month.astype("datetime64[D]")
    target = month + n_months
    last = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    stepped = np.minimum(target.astype("datetime64[D]") + into_month, last)
    return stepped.astype(np.int64).astype(np.int32)
