"""What the courses of colleagues add to a person: estimated, and taken out where it is clear."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import Z_95
from ptml.lift.moments import summed_squares

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Spillover:
    """Points that a person gains for each point of the mean lift of the colleagues' courses.

    Attributes
    ----------
    value, error : float
        The error is clustered by team, over all its quarters.
    """

    value: float
    error: float

    @property
    def is_clear(self) -> bool:
        """Whether it is told from none (two-sided 95 %), and positive.

        A negative one says rather that teams which start many courses are in for something.
        """
        return self.value > Z_95 * self.error

    @property
    def taken_out(self) -> float:
        """What is taken out of outcomes: 0 where nothing is clear."""
        return self.value if self.is_clear else 0.0


def of_colleagues(value: FloatArray, team: NDArray[np.integer]) -> FloatArray:
    """Mean ``value`` (n,) of the others of each row's team-quarter; 0 for one who is alone.

    Examples
    --------
    >>> import numpy as np
    >>> of_colleagues(np.array([3.0, 0.0, 0.0, 7.0]), np.array([0, 0, 0, 1])).tolist()
    [0.0, 1.5, 1.5, 0.0]
    """
    total, size = np.bincount(team, value), np.bincount(team)
    others = (size - 1)[team]
    return np.where(others > 0, (total[team] - value) / np.maximum(others, 1), 0.0)


def estimate_spillover(
    left: FloatArray, unexpected: FloatArray, unit: NDArray[np.integer], weight: FloatArray
) -> Spillover:
    """Learn it between teams: within one, everybody has nearly the same colleagues.

    Parameters
    ----------
    left : (n,) float64
        Outcome without the person's own courses, less its expectation, points.
    unexpected : (n,) float64
        `of_colleagues` of believed lifts, less its expectation.
    unit : (n,) int
    weight : (n,) float64
    """
    size = float((weight * unexpected**2).sum())
    if size <= 1e-9 * len(left):
        return Spillover(0.0, np.inf)
    value = float((weight * unexpected * left).sum()) / size
    score = weight * unexpected * (left - value * unexpected)
    return Spillover(value, float(np.sqrt(summed_squares(score, unit))) / size)
