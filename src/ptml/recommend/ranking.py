"""Metrics of ranked lists with full ranking, and their bootstrap intervals.

Both are worked out from where the held-out courses stand among all that could be recommended.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_DRAWS = 1_000
_CELLS = 2_000_000


def ranks_of_held_out(
    scores: NDArray[np.floating], excluded: NDArray[np.bool_], held_out: NDArray[np.bool_]
) -> list[IntArray]:
    """Rank (1 = best) of each person's held-out courses among those not excluded.

    Parameters
    ----------
    scores : (n, n_courses)
    excluded, held_out : (n, n_courses) bool

    Notes
    -----
    Among equal scores a held-out course stands behind all others: no metric gains from ties.
    """
    row, wanted = np.nonzero(held_out)
    beaten = np.empty(len(row), dtype=np.int64)
    step = max(_CELLS // max(scores.shape[1], 1), 1)
    for start in range(0, len(row), step):
        part = slice(start, start + step)
        bar = scores[row[part], wanted[part]][:, None]
        beaten[part] = np.count_nonzero((scores[row[part]] >= bar) & ~excluded[row[part]], axis=1)
    ends = np.cumsum(np.count_nonzero(held_out, axis=1))
    return np.split(beaten, ends[:-1]) if len(ends) else []


def ndcg(ranks: list[IntArray], k: int) -> FloatArray:
    """NDCG@k of each person: ``sum 1/log2(1 + rank) / ideal`` over held-out courses in the top k.

    Parameters
    ----------
    ranks : list of (n_held_out,) int64
        One array a person; NaN for an empty one.

    Notes
    -----
    Järvelin and Kekäläinen 2002, every held-out course having gain 1; the ideal has all of them, k
    at the most, in front.

    Examples
    --------
    >>> ndcg([np.array([1]), np.array([3]), np.array([11])], 10).tolist()
    [1.0, 0.5, 0.0]
    """
    out = np.zeros(len(ranks))
    for i, found in enumerate(ranks):
        ideal = (1 / np.log2(1 + np.arange(1, min(len(found), k) + 1))).sum()
        out[i] = (1 / np.log2(1 + found[found <= k])).sum() / ideal if len(found) else np.nan
    return out


def recall(ranks: list[IntArray], k: int) -> FloatArray:
    """Recall@k of each person: held-out courses in the top k over ``min(k, held out)``.

    Parameters
    ----------
    ranks : list of (n_held_out,) int64
        One array a person; NaN for an empty one.

    Examples
    --------
    >>> recall([np.array([1, 30]), np.array([3])], 20).tolist()
    [0.5, 1.0]
    """
    return np.array([(f <= k).sum() / min(len(f), k) if len(f) else np.nan for f in ranks])


def bootstrap_interval(
    values: FloatArray, rng: np.random.Generator, n_draws: int = _DRAWS
) -> tuple[float, float, float]:
    """Mean of (n,) values with a 95 % bootstrap interval over people (Efron 1979).

    Examples
    --------
    >>> bootstrap_interval(np.ones(5), np.random.default_rng(0))
    (1.0, 1.0, 1.0)
    """
    if len(values) == 0:
        return float("nan"), float("nan"), float("nan")
    draws = np.array(
        [values[rng.integers(0, len(values), len(values))].mean() for _ in range(n_draws)]
    )
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)
