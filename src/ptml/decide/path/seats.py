"""How many paths want to begin which course in which quarter, against the seats that there are."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import quarter_start

Codes = NDArray[np.integer]
Counts = NDArray[np.int64]

_WEEK_DAYS = 7


def quarters_ahead(horizon_weeks: int) -> int:
    """Quarters that paths of so many weeks may touch."""
    return horizon_weeks * _WEEK_DAYS // 90 + 2


def quarter_of(week: Codes, day: int) -> Counts:
    """Quarter in which each week begins, counted from the one of the day, (k,)."""
    then = (day + week.astype(np.int64) * _WEEK_DAYS).astype(np.int32)
    first = quarter_start(np.concatenate([np.array([day], dtype=np.int32), then]))
    months = first.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray((months[1:] - months[0]) // 3)


@dataclass(frozen=True, eq=False)
class SeatsWanted:
    """Paths by the course and quarter that they want to begin, (n_courses, quarters) int64."""

    wanted: Counts

    def add(self, course: Codes, week: Codes, day: int) -> None:
        """Add steps that do not run yet, (k,) each."""
        quarter = np.minimum(quarter_of(week, day), self.wanted.shape[1] - 1)
        np.add.at(self.wanted, (course, quarter), 1)

    def against(self, seats: Codes, taken: Codes) -> tuple[Counts, Counts, Counts, Counts]:
        """Courses with limited seats that are wanted: course, quarter, taken and short, (k,) each.

        Parameters
        ----------
        seats : (n_courses,) int
            A quarter; -1 = no limit.
        taken : (n_courses,) int
            Of the day's quarter, so far.
        """
        course, quarter = np.nonzero((self.wanted > 0) & (seats >= 0)[:, None])
        gone = np.where(quarter == 0, taken[course], 0)
        left = np.maximum(seats[course] - gone, 0)
        short = np.maximum(self.wanted[course, quarter] - left, 0)
        return course, quarter, gone, short


def quarter_name(day: date, ahead: int) -> str:
    """Name of a quarter counted from the one of a day.

    >>> quarter_name(date(2026, 10, 2), 2)
    '2027Q2'
    """
    number = day.year * 4 + (day.month - 1) // 3 + ahead
    return f"{number // 4}Q{number % 4 + 1}"
