"""How well a score tells two outcomes apart, with an interval."""

import numpy as np
from numpy.typing import NDArray

from ptml.separation import auc

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_DRAWS = 500


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
