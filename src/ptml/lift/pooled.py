"""One number a course, or one for all: takers less weighted controls, with clustered errors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import Z_90, Z_95
from ptml.lift.estimation import Comparison
from ptml.lift.moments import Contrast, summed_squares

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Figure:
    """A figure with its standard error, clustered by employee and team-quarter; points."""

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - Z_95 * self.error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + Z_95 * self.error

    def within(self, bound: float) -> bool:
        """Whether the 90 % interval lies within plus or minus a bound: equivalence (TOST)."""
        return abs(self.value) + Z_90 * self.error <= bound

    def beyond(self, bound: float) -> bool:
        """Whether the 95 % interval lies outside plus or minus a bound altogether."""
        return abs(self.value) - Z_95 * self.error > bound


def clustered_error(score: FloatArray, evidence: Comparison) -> float:
    """Standard error of a sum of scores (p,), two-way clustered."""
    squares = [summed_squares(score, cluster) for cluster in (evidence.employee, evidence.team)]
    own = float((score**2).sum())
    return float(np.sqrt(max(sum(squares) - own, own)))


def pooled_effect(evidence: Comparison, against: Contrast, y: FloatArray) -> Figure:
    """Mean of takers' ``y`` (p,) less that of their weighted controls, over all courses."""
    size = float(against.weight[against.is_taker].sum())
    value = float((against.weight * y).sum()) / size
    score = against.weight * (y - np.where(against.is_taker, value, 0.0))
    return Figure(value, clustered_error(score, evidence) / size)


def effect_by_course(
    evidence: Comparison, against: Contrast, y: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The same for each course alone.

    Returns
    -------
    value, error : (n_courses,) float64
        NaN without takers; errors clustered by team-quarter.
    size : (n_courses,) float64
        Takers.
    """
    n, course = evidence.n_courses, against.course
    size = np.bincount(course, np.where(against.is_taker, against.weight, 0.0), minlength=n)
    safe = np.where(size > 0, size, np.nan)
    value = np.bincount(course, against.weight * y, minlength=n) / safe
    level = np.where(against.is_taker, np.nan_to_num(value)[course], 0.0)
    score = against.weight * (y - level)
    cell = course.astype(np.int64) * (int(evidence.team.max(initial=0)) + 1) + evidence.team
    cells, code = np.unique(cell, return_inverse=True)
    squared = np.bincount(code, score) ** 2
    owner = cells // (int(evidence.team.max(initial=0)) + 1)
    error = np.sqrt(np.bincount(owner, squared, minlength=n)) / safe
    return value, error, np.asarray(size, dtype=np.float64)
