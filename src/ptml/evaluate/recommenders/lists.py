"""Metrics of lists of recommendations; what is not on the list counts as not found."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

K_NDCG, K_RECALL, K_MAP, K_COVERAGE = 10, 20, 10, 10
LENGTH = 20


def metrics_of(lists: IntArray, held_out: Any, n_offered: int) -> dict[str, float]:
    """Mean NDCG@10, Recall@20 and MAP@10 over people, and coverage.

    Parameters
    ----------
    lists : (n, 20) int32
        Best first; -1 = nothing.
    held_out : csr_matrix (n, n_courses)
    n_offered : int
        Courses that could have been recommended to anybody.

    Notes
    -----
    Coverage is the share of those in anybody's first ten.
    """
    hit, n_held_out = _hits(lists, held_out)
    shown = lists[:, :K_COVERAGE]
    return {
        "ndcg_at_10": float(ndcg(hit, n_held_out, K_NDCG).mean()),
        "recall_at_20": float(recall(hit, n_held_out, K_RECALL).mean()),
        "map_at_10": float(average_precision(hit, n_held_out, K_MAP).mean()),
        "coverage": len(np.unique(shown[shown >= 0])) / n_offered,
    }


def ndcg(hit: BoolArray, n_held_out: IntArray, k: int) -> FloatArray:
    """NDCG@k of each person: ``sum over hits 1/log2(1 + rank) / ideal``.

    Examples
    --------
    >>> ndcg(np.array([[False, False, True]]), np.array([1]), 3).tolist()
    [0.5]
    """
    discount = 1 / np.log2(1 + np.arange(1, k + 1))
    ideal = np.cumsum(discount)[np.minimum(n_held_out, k) - 1]
    found: FloatArray = (hit[:, :k] @ discount[: hit.shape[1]]) / ideal
    return found


def recall(hit: BoolArray, n_held_out: IntArray, k: int) -> FloatArray:
    """Hits in the first k over ``min(k, held out)``, of each person.

    Examples
    --------
    >>> recall(np.array([[True, False, True]]), np.array([4]), 3).tolist() == [2 / 3]
    True
    """
    found: FloatArray = hit[:, :k].sum(axis=1) / np.minimum(n_held_out, k)
    return found


def average_precision(hit: BoolArray, n_held_out: IntArray, k: int) -> FloatArray:
    """Precision at the rank of each hit in the first k, summed, over ``min(k, held out)``.

    Examples
    --------
    >>> average_precision(np.array([[True, False, True]]), np.array([2]), 3).tolist() == [5 / 6]
    True
    """
    first = hit[:, :k]
    precision = np.cumsum(first, axis=1) / np.arange(1, first.shape[1] + 1)
    found: FloatArray = (precision * first).sum(axis=1) / np.minimum(n_held_out, k)
    return found


def _hits(lists: IntArray, held_out: Any) -> tuple[BoolArray, IntArray]:
    row = np.repeat(np.arange(len(lists)), lists.shape[1])
    course = np.maximum(lists, 0).ravel()
    found = np.asarray(held_out[row, course]).ravel() != 0
    hit = found.reshape(lists.shape) & (lists >= 0)
    return hit, np.diff(held_out.indptr)
