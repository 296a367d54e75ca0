"""Places of courses in the order of a source: only those that are looked at are worked out."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
Bools = NDArray[np.bool_]
IntArray = NDArray[np.int32]
Positions = NDArray[np.int64]

NOWHERE = np.iinfo(np.int32).max
"""Standing of a course that no source has among its first."""


@dataclass(frozen=True, eq=False)
class Places:
    """The order of a source, 1 = best, equal scores alike.

    Attributes
    ----------
    score : (n, m) float32
    proposable : (n, m) bool
        Whether the source has anything to say.
    ordered : (n, k) float32
        Scores of each row that say anything, turned round and sorted, then infinity; as many
        columns as the fullest row needs. Values sort many times faster than positions.
    """

    score: Float32Array
    proposable: Bools
    ordered: Float32Array

    @classmethod
    def of(cls, score: Float32Array, proposable: Bools) -> Self:
        """Sort the scores of each row.

        Parameters
        ----------
        score : (n, m) float32
            Finite.
        proposable : (n, m) bool
        """
        cost = np.empty(score.shape, dtype=np.float32)
        width = _gather(score, proposable, cost)
        return cls(score, proposable, np.sort(cost[:, :width], axis=1))

    def ranks(self, row: Positions, column: Positions) -> Float32Array:
        """Places of cells, (k,) float32; NaN where the source has nothing to say."""
        found = np.empty(len(row), dtype=np.float32)
        _rank(self.score, self.proposable, self.ordered, row, column, found)
        return found

    def lower(self, standing: IntArray, most: int, source: int, n_sources: int) -> None:
        """Lower ``standing`` (n, m) to ``n_sources`` x place + ``source``, in place.

        Only for places of at most ``most``. So the lowest is the highest place in any source, and
        the earlier source decides between equal places.
        """
        last = min(most, self.ordered.shape[1]) - 1
        if last >= 0:
            _lower(self.score, self.proposable, self.ordered, last, source, n_sources, standing)


def best_standing(standing: IntArray, most: int) -> tuple[Positions, Positions]:
    """Row and column of the lowest ``most`` of each row, sorted; of equals the first columns.

    Parameters
    ----------
    standing : (n, m) int32
        `Places.lower` of all sources; `NOWHERE` is not chosen.
    """
    row = np.empty(len(standing) * min(most, standing.shape[1]), dtype=np.int64)
    column = np.empty_like(row)
    highest = int(standing.max(initial=0, where=standing < NOWHERE))
    n = _choose(standing, highest, most, row, column)
    return row[:n], column[:n]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _gather(score: Float32Array, proposable: Bools, cost: Float32Array) -> int:
    """Put what says anything to the front, infinity after it; give the longest row's length."""
    width = 0
    length = np.zeros(len(score), dtype=np.int64)
    for i in range(len(score)):
        k = 0
        for j in range(score.shape[1]):
            # Written over unless it counts: no branch that is hard to foresee.
            cost[i, k] = -score[i, j]
            k += proposable[i, j]
        length[i] = k
        width = max(width, k)
    for i in range(len(score)):
        for j in range(length[i], width):
            cost[i, j] = np.inf
    return width


@njit(cache=True)  # type: ignore[untyped-decorator]
def _place(ordered: Float32Array, left: int, value: np.float32) -> int:
    """How many of the first ``left`` values lie below, by bisection."""
    low = 0
    while left > 1:
        half = left >> 1
        if ordered[low + half - 1] < value:
            low += half
        left -= half
    return low + (left == 1 and ordered[low] < value)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _rank(
    score: Float32Array,
    proposable: Bools,
    ordered: Float32Array,
    row: Positions,
    column: Positions,
    found: Float32Array,
) -> None:
    for k in range(len(row)):
        i, j = row[k], column[k]
        if proposable[i, j]:
            found[k] = _place(ordered[i], ordered.shape[1], -score[i, j]) + 1
        else:
            found[k] = np.nan


@njit(cache=True)  # type: ignore[untyped-decorator]
def _lower(
    score: Float32Array,
    proposable: Bools,
    ordered: Float32Array,
    last: int,
    source: int,
    n_sources: int,
    standing: IntArray,
) -> None:
    for i in range(len(score)):
        if np.isinf(ordered[i, 0]):
            continue
        lowest = -ordered[i, last]
        for j in range(score.shape[1]):
            if score[i, j] >= lowest and proposable[i, j]:
                place = _place(ordered[i], last + 1, -score[i, j]) + 1
                standing[i, j] = min(standing[i, j], n_sources * place + source)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _choose(standing: IntArray, highest: int, most: int, row: Positions, column: Positions) -> int:
    n = 0
    count = np.empty(highest + 1, dtype=np.int64)
    for i in range(len(standing)):
        count[:] = 0
        for j in range(standing.shape[1]):
            if standing[i, j] <= highest:
                count[standing[i, j]] += 1
        last, left = 0, most
        while last < highest and count[last] <= left:
            left -= count[last]
            last += 1
        for j in range(standing.shape[1]):
            if standing[i, j] < last or (standing[i, j] == last and left > 0):
                left -= standing[i, j] == last
                row[n], column[n] = i, j
                n += 1
    return n
