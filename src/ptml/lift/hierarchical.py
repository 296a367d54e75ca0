"""Ridge regression whose groups of coefficients each learn their own spread (empirical Bayes).

A group (the intercepts of all courses, say) is shrunk as far as the data ask: where the true
coefficients hardly differ its variance goes to zero and so do they; where they differ it stays out
of the way. Works on the Gram matrix alone, so memory does not grow with the rows.
"""

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from ptml.errors import DataError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_ITERATIONS = 60
# Spreads of coefficients are settled when none moves by more than this, in points.
TOLERANCE_POINTS = 2e-3
# A variance below this is as good as zero and keeps 1 / v finite; nothing here exceeds the largest.
SMALLEST_VARIANCE, LARGEST_VARIANCE = 1e-6, 1e4


@dataclass(frozen=True)
class Posterior:
    """Posterior mean and covariance of the coefficients under their learnt group variances.

    Attributes
    ----------
    mean : (q,) float64
    covariance : (q, q) float64
    group_variance : (n_groups,) float64
        Learnt prior variance of each group; infinite for groups that are not shrunk.
    noise_variance : float
        Residual variance per row, inflated for clustering.
    """

    mean: FloatArray
    covariance: FloatArray
    group_variance: FloatArray
    noise_variance: float


def _posterior(
    gram: FloatArray, moment: FloatArray, precision: FloatArray, noise: float
) -> tuple[FloatArray, FloatArray]:
    lhs = gram / noise + np.diag(precision)
    factor = scipy.linalg.cho_factor(lhs, lower=True)
    covariance = scipy.linalg.cho_solve(factor, np.eye(len(lhs)))
    return covariance @ (moment / noise), covariance


def fit_hierarchical(
    gram: FloatArray,
    moment: FloatArray,
    group: IntArray,
    shrunk: NDArray[np.bool_],
    noise_variance: float,
    group_variance: FloatArray | None = None,
) -> Posterior:
    """Fit coefficients and group variances by maximising the marginal likelihood.

    Parameters
    ----------
    gram : (q, q) float64
        ``X'X`` of the design.
    moment : (q,) float64
        ``X'y``.
    group : (q,) int64
        Group of each coefficient, ``0 .. n_groups - 1``.
    shrunk : (n_groups,) bool
        Groups with a prior variance to learn; the others keep a flat prior.
    noise_variance : float
        Variance of one row's residual, points squared.
    group_variance : (n_groups,) float64, optional
        Where to start from.

    Returns
    -------
    Posterior

    Raises
    ------
    DataError
        When the design holds no information at all.

    Notes
    -----
    The fixed point of MacKay (1992): a group's variance is the sum of its squared coefficients over
    their effective number, ``sum(mean^2) / sum(1 - posterior variance / prior variance)``.
    """
    if not np.isfinite(gram).all() or float(np.trace(gram)) <= 0:
        raise DataError("lift: no start of a course can be compared with anybody who did not")
    n_groups = len(shrunk)
    variance = np.full(n_groups, 1.0) if group_variance is None else group_variance.copy()
    variance = np.where(shrunk, variance, 1.0)
    ridge = 1e-6 * float(np.trace(gram)) / len(moment) / noise_variance
    mean, covariance = moment * 0, gram
    for _ in range(MAX_ITERATIONS):
        precision = np.where(shrunk[group], 1.0 / variance[group], ridge)
        mean, covariance = _posterior(gram, moment, precision, noise_variance)
        squared = np.bincount(group, mean**2, minlength=n_groups)
        effective = 1.0 - np.diag(covariance) * precision
        n_effective = np.bincount(group, np.clip(effective, 0, 1), minlength=n_groups)
        updated = np.maximum(squared / np.maximum(n_effective, 1e-9), SMALLEST_VARIANCE)
        updated = np.where(shrunk, np.minimum(updated, LARGEST_VARIANCE), variance)
        change = np.abs(np.sqrt(updated) - np.sqrt(variance))
        variance = updated
        if float(change.max(initial=0.0)) < TOLERANCE_POINTS:
            break
    return Posterior(mean, covariance, np.where(shrunk, variance, np.inf), noise_variance)
