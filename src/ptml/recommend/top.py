"""The best courses of many people: score, mask and pick in blocks that stay in the cache."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

IntArray = NDArray[np.int32]
Score = Callable[[IntArray], NDArray[np.float32]]

# People are folded in together, and their lists are picked while the scores are in the cache.
_SCORED, _PICKED = 4_096, 256
_THREADS = 2


def top_courses(
    score: Score,
    people: IntArray,
    excluded: Any,
    closed: NDArray[np.bool_],
    k: int,
    n_threads: int = _THREADS,
) -> IntArray:
    """Find the k best courses of each person, best first; (n, k) int32, -1 where there are fewer.

    Parameters
    ----------
    score : callable
        Scores (n, n_courses) float32 of people; called from several threads at once.
    people : (n,) int32
    excluded : csr_matrix (n_people_at_all, n_courses)
        What is not offered to a person.
    closed : (n_courses,) bool
        What is not offered to anybody.
    n_threads : int
        The same answer at any number of them.

    Notes
    -----
    Of equal scores the course with the smaller code goes first, unless they straddle the last
    place. A list is short where little is left; it is never filled up.
    """
    top = np.full((len(people), k), -1, dtype=np.int32)

    def fill(start: int) -> None:
        scores = score(people[start : start + _SCORED])
        for first in range(start, start + len(scores), _PICKED):
            part = slice(first, min(first + _PICKED, start + len(scores)))
            block = scores[part.start - start : part.stop - start]
            top[part] = _best(block, excluded[people[part]], closed, k)

    # One thread of BLAS each: two levels of threads wait for each other.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(fill, range(0, len(people), _SCORED)))
    return top


def _best(
    scores: NDArray[np.float32], excluded: Any, closed: NDArray[np.bool_], k: int
) -> IntArray:
    left = np.array(scores, dtype=np.float32)
    row = np.repeat(np.arange(len(left)), np.diff(excluded.indptr))
    left[row, excluded.indices] = -np.inf
    left[:, closed] = -np.inf
    n_courses = left.shape[1]
    if k < n_courses:
        best = np.argpartition(left, n_courses - k, axis=1)[:, n_courses - k :]
        best.sort(axis=1)
    else:
        best = np.broadcast_to(np.arange(n_courses), left.shape)
    found = np.take_along_axis(left, best, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    best = np.where(np.isneginf(np.take_along_axis(found, order, axis=1)), -1, best)
    out = np.full((len(left), k), -1, dtype=np.int32)
    out[:, : best.shape[1]] = best
    return out
