"""How well a score tells two outcomes apart."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_DRAWS = 500


def auc(is_positive: BoolArray, score: FloatArray) -> float:
    """Area under the ROC curve: how often a positive scores above a negative, ties half.

    Notes
    -----
    Mann and Whitney 1947, from midranks; NaN when one outcome is missing.

    Examples
    --------
    >>> auc(np.array([True, False, False]), np.array([0.7, 0.9, 0.1]))
    0.5
    """
    n_positive = int(is_positive.sum())
    n_negative = len(is_positive) - n_positive
    if not n_positive or not n_negative:
        return float("nan")
    rank_sum = rankdata(score)[is_positive].sum()
    return float((rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def auc_interval(
    is_positive: BoolArray, score: FloatArray, rng: np.random.Generator
) -> tuple[float, float, float]:
    """AUC with a 95 % bootstrap interval over cases."""
    n = len(score)
    draws = []
    for _ in range(_DRAWS):
        drawn = rng.integers(0, n, n)
        draws.append(auc(is_positive[drawn], score[drawn]))
    low, high = np.nanquantile(draws, [0.025, 0.975]) if np.isfinite(draws).any() else [np.nan] * 2
    return auc(is_positive, score), float(low), float(high)
