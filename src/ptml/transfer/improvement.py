"""Performance before a course and after it: what the person sees, and no proof of an effect."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.outcomes import period_scores

Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]

N_PERIODS = 2


@dataclass(frozen=True, eq=False)
class Improvement:
    """Scores around completions, (n,) each.

    Attributes
    ----------
    before, after : float64
        Mean score of the last two periods that ended before the course began, and of the first two
        that started after it was completed, points; NaN = none is known.
    n_after : int64
        How many of the two after it are known.
    is_early : bool
        The second period is not over yet.
    until : int32
        The day after the second period; where it is not over, the as-of day.
    """

    before: Doubles
    after: Doubles
    n_after: NDArray[np.int64]
    is_early: NDArray[np.bool_]
    until: Codes

    def take(self, mask: NDArray[np.bool_]) -> "Improvement":
        """Pick rows."""
        return Improvement(*(getattr(self, f.name)[mask] for f in fields(self)))

    @property
    def change(self) -> Doubles:
        """Points after less points before, (n,) float64; NaN until both periods are known."""
        return np.where(self.n_after == N_PERIODS, self.after - self.before, np.nan)


def improvement(history: History, enrolment: Codes, as_of_day: int) -> Improvement:
    """Look up the scores around completions, as known on a day.

    Parameters
    ----------
    enrolment : (n,) int32
        Positions in `History.enrolments` of completed ones.
    """
    log, periods = history.enrolments, period_scores(history, as_of_day)
    employee, done = log.employee[enrolment], log.completed[enrolment]
    began = np.where(log.began[enrolment] == NEVER, log.enrolled[enrolment], log.began[enrolment])
    n_before = np.searchsorted(periods.end, began)
    # Periods are sorted by their end; those that start after a day follow one another as well.
    first_after = np.searchsorted(np.maximum.accumulate(periods.start), done, side="right")
    before, _ = _mean(periods.score, employee, n_before - N_PERIODS, n_before)
    after, n_after = _mean(periods.score, employee, first_after, first_after + N_PERIODS)
    last = first_after + N_PERIODS - 1
    is_early = last >= len(periods.known)
    ends = np.append(periods.known, np.int32(as_of_day))
    until = ends[np.minimum(last, len(periods.known))]
    return Improvement(before, after, n_after, is_early, until.astype(np.int32))


def _mean(
    score: NDArray[np.float32],
    employee: Codes,
    first: NDArray[np.integer],
    end: NDArray[np.integer],
) -> tuple[Doubles, NDArray[np.int64]]:
    total = np.zeros(len(employee))
    n = np.zeros(len(employee), dtype=np.int64)
    for step in range(N_PERIODS):
        place = first + step
        inside = (place >= 0) & (place < np.minimum(end, score.shape[1]))
        value = np.full(len(employee), np.nan)
        value[inside] = score[employee[inside], place[inside]]
        n += np.isfinite(value)
        total += np.nan_to_num(value)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan), n
