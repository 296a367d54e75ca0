"""Ridge regression whose groups of coefficients each learn their own spread (empirical Bayes).

A group (the intercepts of all courses, say) is shrunk as far as the data ask: where the true
coefficients hardly differ its variance goes to zero and so do they; where they differ it stays out
of the way. Works on the Gram matrix alone, so memory does not grow with the rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.errors import DataError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_ITERATIONS = 500
RELATIVE_TOLERANCE = 1e-4
# A variance below this share of the coefficients' scale is as good as zero; it keeps 1 / v finite.
SMALLEST_VARIANCE = 1e-8


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
    covariance = np.linalg.inv(lhs)
    covariance = (covariance + covariance.T) / 2
    return covariance @ (moment / noise), covariance


def fit_hierarchical(
    gram: FloatArray,
    moment: FloatArray,
    group: IntArray,
    shrunk: NDArray[np.bool_],
    noise_variance: float,
) -> Posterior:
    """Fit coefficients and group variances by EM on the marginal likelihood.

    Parameters
    ----------
    gram : (q, q) float64
        ``X'X`` of the weighted design.
    moment : (q,) float64
        ``X'y``.
    group : (q,) int64
        Group of each coefficient, ``0 .. n_groups - 1``.
    shrunk : (n_groups,) bool
        Groups with a prior variance to learn; the others keep a flat prior.
    noise_variance : float
        Variance of one row's residual, points squared.

    Returns
    -------
    Posterior

    Raises
    ------
    DataError
        When the design holds no information at all.

    Notes
    -----
    The EM update of a group's variance is the mean of ``mean^2 + posterior variance`` over its
    coefficients (Dempster, Laird and Rubin 1977; MacKay 1992).
    """
    if not np.isfinite(gram).all() or float(np.trace(gram)) <= 0:
        raise DataError("lift: nobody who started a course can be compared with anybody who did not")
    n_groups = len(shrunk)
    size = np.bincount(group, minlength=n_groups).astype(np.float64)
    variance = np.full(n_groups, 1.0)
    ridge = 1e-6 * float(np.trace(gram)) / len(moment) / noise_variance
    mean, covariance = moment * 0, gram
    for _ in range(MAX_ITERATIONS):
        precision = np.where(shrunk[group], 1.0 / variance[group], ridge)
        mean, covariance = _posterior(gram, moment, precision, noise_variance)
        second = np.bincount(group, mean**2 + np.diag(covariance), minlength=n_groups)
        updated = np.maximum(second / np.maximum(size, 1), SMALLEST_VARIANCE)
        change = np.abs(updated - variance)[shrunk] / np.maximum(variance[shrunk], 1e-3)
        variance = np.where(shrunk, updated, variance)
        if change.size == 0 or float(change.max()) < RELATIVE_TOLERANCE:
            break
    return Posterior(mean, covariance, np.where(shrunk, variance, np.inf), noise_variance)
