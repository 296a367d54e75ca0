"""What is known of the lift of courses: the best guess, and what their own takers say."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import Z_90

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CourseLift:
    """Lift of each course with its 90 % interval, (n_courses,) float64; NaN = refused."""

    lift: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def unknown(cls, n_courses: int) -> Self:
        """Of no course anything is known."""
        return cls(*(np.full(n_courses, np.nan) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class CourseEvidence:
    """What each course's own takers say, (n_courses,) float64 each; NaN = unknown. Points.

    Attributes
    ----------
    takers
        How many with a known outcome.
    lift, error
        Takers less their controls, with its standard error.
    earlier, earlier_error, later, later_error
        The same of those who decided before `since`, and from then on.
    common_error : float
        Error of the level of all courses together: in none of the errors above, and in no
        difference between courses or takers.
    since : date or None
        None = cohorts are not known.
    """

    takers: FloatArray
    lift: FloatArray
    error: FloatArray
    earlier: FloatArray
    earlier_error: FloatArray
    later: FloatArray
    later_error: FloatArray
    common_error: float
    since: date | None

    @property
    def whole_error(self) -> FloatArray:
        """Standard error of `lift` with that of the level of all, (n_courses,)."""
        return np.hypot(self.error, self.common_error)

    @property
    def fall(self) -> tuple[FloatArray, FloatArray]:
        """Lift of later takers less that of earlier ones, and its error, (n_courses,) each."""
        return self.later - self.earlier, np.hypot(self.later_error, self.earlier_error)

    def of_many(self, fewest: int) -> Self:
        """The same, but unknown of courses with fewer takers: errors of few mislead."""
        few = self.takers < fewest

        def known(values: FloatArray) -> FloatArray:
            return np.where(few, np.nan, values)

        return replace(
            self,
            lift=known(self.lift),
            error=known(self.error),
            earlier=known(self.earlier),
            earlier_error=known(self.earlier_error),
            later=known(self.later),
            later_error=known(self.later_error),
        )

    @classmethod
    def of_intervals(cls, lifts: CourseLift) -> Self:
        """Where nothing but intervals is known: their width is taken for the error.

        How many takers there are is then not looked at: an interval of few is wide.
        """
        nothing = np.full(len(lifts.lift), np.nan)
        middle, half = (lifts.low + lifts.high) / 2, (lifts.high - lifts.low) / 2
        many = np.full(len(lifts.lift), np.inf)
        return cls(many, middle, half / Z_90, *(nothing,) * 4, common_error=0.0, since=None)
