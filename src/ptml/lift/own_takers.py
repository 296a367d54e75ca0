"""The lift of each course by its own takers alone, weighted to those for whom it should do most.

Nearly all of what makes one taker gain more than another is common to courses: what is new to the
person, and what of it the role asks for. With that shape f known from all courses together, a
course's lift is ``s f``, and its scale s is better known from its takers than their plain mean is:
those from whom nothing is to be expected only add noise. With takers T, controls C and weights w
(minus the odds for controls),

    s = (sum_T w f y + sum_C w f y) / sum_T w f^2,        mean lift = s x mean_T f

Where nobody gains or loses it is 0 whatever the shape; where lifts follow another shape it is a
mean that is weighted by f.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.estimation import Comparison
from ptml.lift.moments import Contrast

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Nobody counts less than this share of the average taker.
LEAST_SHAPE = 0.15


@dataclass(frozen=True, eq=False)
class OwnTakers:
    """Takers less controls of each course, (n_courses,) float64 each; NaN without takers.

    Attributes
    ----------
    lift, error : float64
        Points; errors are clustered by employee and by team-quarter.
    size : float64
        Takers.
    """

    lift: FloatArray
    error: FloatArray
    size: FloatArray


def usual_shape(usual: FloatArray, is_taker: BoolArray) -> FloatArray:
    """How much each pair should gain against the average taker, (p,), at least `LEAST_SHAPE`.

    Parameters
    ----------
    usual : (p,) float64
        Lift of each pair by what is common to all courses, points.

    Notes
    -----
    Where courses on the whole do not help, everybody counts alike.

    Examples
    --------
    >>> usual_shape(np.array([1.0, 3.0, -1.0]), np.array([True, True, False])).tolist()
    [0.5, 1.5, 0.15]
    """
    mean = float(usual[is_taker].mean()) if is_taker.any() else 0.0
    if mean <= 0:
        return np.ones(len(usual))
    return np.maximum(usual / mean, LEAST_SHAPE)


def own_takers(
    evidence: Comparison, against: Contrast, y: FloatArray, shape: FloatArray
) -> OwnTakers:
    """Estimate every course from its own pairs.

    Parameters
    ----------
    y, shape : (p,) float64
        Outcome of each pair of the contrast without other courses, points; `usual_shape`.
    """
    n, course, taker = evidence.n_courses, against.course, against.is_taker
    weight = against.weight

    def summed(values: FloatArray) -> FloatArray:
        return np.bincount(course, values, minlength=n).astype(np.float64)

    size = summed(np.where(taker, weight, 0.0))
    known = size > 0
    safe = np.where(known, size, 1.0)
    mean = summed(np.where(taker, weight * shape, 0.0)) / safe
    square = summed(np.where(taker, weight * shape**2, 0.0))
    square = np.where(known, square, 1.0)
    scale = summed(weight * shape * y) / square
    score = weight * shape * (y - np.where(taker, scale[course] * shape, 0.0))
    alone = summed(score**2)
    clustered = [_squares(course, code, score, n) for code in (evidence.employee, evidence.team)]
    variance = np.maximum(clustered[0] + clustered[1] - alone, alone)
    return OwnTakers(
        lift=np.where(known, scale * mean, np.nan),
        error=np.where(known, np.sqrt(variance) / square * mean, np.nan),
        size=size,
    )


def _squares(
    course: NDArray[np.integer], cluster: NDArray[np.integer], score: FloatArray, n: int
) -> FloatArray:
    """Squares of the sums of scores by course and cluster, added up by course, (n,)."""
    width = int(cluster.max(initial=0)) + 1
    cells, code = np.unique(course.astype(np.int64) * width + cluster, return_inverse=True)
    squared = np.bincount(code, score) ** 2
    return np.bincount(cells // width, squared, minlength=n).astype(np.float64)
