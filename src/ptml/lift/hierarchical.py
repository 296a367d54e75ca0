"""Effects of all courses from each course's own evidence and from what courses have in common.

Course ``c`` has coefficients ``beta_c`` (k,): a level and how the lift changes with a pair's
modifiers. They are drawn around what the course's description ``d_c`` predicts,

    beta_c = mu + e_1 (d_c . w) + u_c,        u_c ~ N(0, S)

``S`` is learnt whole: where a manager's support adds more to strong courses, that is a covariance
of level and slope. All is learnt by EM on the marginal likelihood (empirical Bayes; Dempster, Rubin
and Tsutakawa 1981), from k x k sums a course: neither time nor memory know the number of rows, and
a course more costs one k x k block.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.errors import DataError

FloatArray = NDArray[np.float64]

MAX_ITERATIONS = 120
# Settled when no spread of a coefficient moves by more than this, in points.
TOLERANCE_POINTS = 2e-3
# A level spreads by a point, a slope by a seventh, as long as the data do not say otherwise; the
# guess of the slopes counts as much as so many courses.
START_VARIANCE_LEVEL, START_VARIANCE_SLOPE, PRIOR_COURSES = 1.0, 0.02, 5.0
SMALLEST_VARIANCE, FLAT = 1e-6, 1e6
# A slope that all courses share is pulled to 0 by its own size, and so much by that of the others.
SHARED_SIZE = 0.3


@dataclass(frozen=True)
class Hierarchy:
    """Posterior of every course's coefficients, and what a course not seen would be drawn from.

    Attributes
    ----------
    mean : (n_courses, k) float64
    covariance : (n_courses, k, k) float64
    prior_mean : (n_courses, k) float64
        What the description alone predicts.
    common : (k + d,) float64
        ``mu`` and ``w``.
    common_covariance : (k + d, k + d) float64
    spread : (k, k) float64
        ``S``.
    """

    mean: FloatArray
    covariance: FloatArray
    prior_mean: FloatArray
    common: FloatArray
    common_covariance: FloatArray
    spread: FloatArray

    @property
    def n_coefficients(self) -> int:
        """Coefficients of a course."""
        return self.mean.shape[1]


def course_design(description: FloatArray, k: int) -> FloatArray:
    """How common coefficients make those of a course, (n_courses, k, k + d) float64."""
    n, d = description.shape
    design = np.zeros((n, k, k + d))
    design[:, range(k), range(k)] = 1
    design[:, 0, k:] = description
    return design


def fit_hierarchy(
    gram: FloatArray,
    moment: FloatArray,
    description: FloatArray,
    noise_variance: float,
    n_own: int,
) -> Hierarchy:
    """Learn the coefficients of all courses.

    Parameters
    ----------
    gram : (n_courses, k, k) float64
        ``sum z z'`` over takers; zero for a course without any: it gets its description's guess.
    moment : (n_courses, k) float64
    description : (n_courses, d) float64
        Standardised.
    noise_variance : float
        Of one taker's outcome, points squared, inflated for clustering.
    n_own : int
        The first coefficients, which differ by course; the others are common to all.

    Raises
    ------
    DataError
        When nobody started any course.
    """
    if float(np.trace(gram.sum(axis=0))) <= 0 or not np.isfinite(moment).all():
        raise DataError("lift: no start of a course can be compared with anybody who did not")
    k = gram.shape[1]
    design = course_design(description, k)
    own = np.arange(k) < n_own
    spread = np.diag(np.where(own, START_VARIANCE_SLOPE, SMALLEST_VARIANCE))
    spread[0, 0] = START_VARIANCE_LEVEL
    common_variance = np.full(design.shape[2], 0.1)
    common_variance[0] = FLAT
    evidence, pull = gram / noise_variance, moment / noise_variance
    found, squared = _expected(evidence, pull, design, spread, common_variance)
    for _ in range(MAX_ITERATIONS):
        updated = _spread_of(squared, len(gram), own)
        common_variance = _common_variance_of(found, k)
        change = float(np.abs(np.sqrt(np.diag(updated)) - np.sqrt(np.diag(spread))).max())
        spread = updated
        found, squared = _expected(evidence, pull, design, spread, common_variance)
        if change < TOLERANCE_POINTS:
            break
    return found


def _expected(
    evidence: FloatArray,
    pull: FloatArray,
    design: FloatArray,
    spread: FloatArray,
    common_variance: FloatArray,
) -> tuple[Hierarchy, FloatArray]:
    """E step: the posterior, and the sum over courses of E[u u'], (k, k)."""
    inverse = np.linalg.inv(spread)
    own = np.linalg.inv(evidence + inverse)
    marginal = inverse - inverse @ own @ inverse
    turned = design.transpose(0, 2, 1)
    precision = (turned @ marginal @ design).sum(axis=0) + np.diag(1 / common_variance)
    seen = (turned @ (inverse @ own @ pull[:, :, None])).sum(axis=0)[:, 0]
    common_covariance = np.linalg.inv(precision)
    common = common_covariance @ seen
    prior = design @ common
    mean = (own @ (pull + prior @ inverse)[:, :, None])[:, :, 0]
    through = own @ inverse @ design
    covariance = own + through @ common_covariance @ through.transpose(0, 2, 1)
    apart = through - design
    deviation = mean - prior
    squares = own + apart @ common_covariance @ apart.transpose(0, 2, 1)
    squared = deviation.T @ deviation + squares.sum(axis=0)
    return Hierarchy(mean, covariance, prior, common, common_covariance, spread), squared


def _spread_of(squared: FloatArray, n_courses: int, own: NDArray[np.bool_]) -> FloatArray:
    """M step of the spread, pulled a little towards the guess."""
    guess = np.diag(np.where(own, START_VARIANCE_SLOPE, 0.0))
    guess[0, 0] = START_VARIANCE_LEVEL
    spread: FloatArray = (squared + PRIOR_COURSES * guess) / (n_courses + PRIOR_COURSES)
    spread[~own, :] = 0
    spread[:, ~own] = 0
    return np.asarray(spread + SMALLEST_VARIANCE * np.eye(len(own)))


def _common_variance_of(found: Hierarchy, k: int) -> FloatArray:
    """M step of the common coefficients: most modifiers matter little, and few a lot.

    Slopes are pulled one by one (automatic relevance determination; MacKay 1994), what the
    description adds all alike: its columns are many, and one says no more than another.
    """
    squared = found.common**2 + np.diag(found.common_covariance)
    variance = np.full(len(squared), FLAT)
    slopes, said = squared[1:k], squared[k:]
    if slopes.size:
        variance[1:k] = (slopes + SHARED_SIZE * slopes.mean()) / (1 + SHARED_SIZE)
    if said.size:
        variance[k:] = said.mean()
    return np.maximum(variance, SMALLEST_VARIANCE)
