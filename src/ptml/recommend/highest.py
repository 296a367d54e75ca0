"""The highest scores of each row, without sorting the others."""

import numpy as np
from numpy.typing import NDArray

# Cells at a time: they stay in the cache between finding the last place and comparing with it.
_CELLS = 500_000


def highest(scores: NDArray[np.float32], k: int) -> NDArray[np.bool_]:
    """Mark the k highest scores of each row; of equals on the last place the first columns.

    Parameters
    ----------
    scores : (n, m) float32
        Without NaN.

    Returns
    -------
    (n, m) bool

    Examples
    --------
    >>> highest(np.array([[1, 3, 2, 2]], dtype=np.float32), 2).tolist()
    [[False, True, True, False]]
    """
    n, m = scores.shape
    if k >= m:
        return np.ones(scores.shape, dtype=np.bool_)
    kept = np.empty(scores.shape, dtype=np.bool_)
    step = max(_CELLS // m, 1)
    for start in range(0, n, step):
        part = scores[start : start + step]
        last = np.partition(part, m - k, axis=1)[:, m - k, None]
        np.greater_equal(part, last, out=kept[start : start + step])
    too_many = np.flatnonzero(np.count_nonzero(kept, axis=1) > k)
    kept[too_many] = _first_of_equals(scores[too_many], kept[too_many], k)
    return kept


def _first_of_equals(
    scores: NDArray[np.float32], kept: NDArray[np.bool_], k: int
) -> NDArray[np.bool_]:
    last = np.where(kept, scores, np.inf).min(axis=1, keepdims=True)
    above = scores > last
    left = k - np.count_nonzero(above, axis=1)
    equal = scores == last
    return above | (equal & (np.cumsum(equal, axis=1) <= left[:, None]))
