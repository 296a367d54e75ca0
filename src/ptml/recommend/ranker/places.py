"""Places of courses in the order of a source: only those that are looked at are worked out."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
Bools = NDArray[np.bool_]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Places:
    """The order of a source, 1 = best, equal scores alike.

    Attributes
    ----------
    cost : (n, m) float32
        Scores turned round; infinite where the source has nothing to say.
    ordered : (n, m) float32
        Each row of `cost`, sorted. Values sort many times faster than positions.
    """

    cost: Float32Array
    ordered: Float32Array

    @classmethod
    def of(cls, score: Float32Array, proposable: Bools) -> Self:
        """Sort the scores of each row.

        Parameters
        ----------
        score : (n, m) float32
            Finite.
        proposable : (n, m) bool
            Whether the source has anything to say.
        """
        cost = np.where(proposable, -score, np.float32(np.inf))
        return cls(cost, np.sort(cost, axis=1))

    def ranks(self, row: Positions, column: Positions) -> Float32Array:
        """Places of cells, (k,) float32; NaN where the source has nothing to say."""
        found = np.empty(len(row), dtype=np.float32)
        _rank(self.cost, self.ordered, row, column, found)
        return found

    def lower(self, best: Float32Array, most: int, more: float) -> None:
        """Lower ``best`` (n, m) to places of at most ``most``, ``more`` added, in place."""
        _lower(self.cost, self.ordered, most, np.float32(more), best)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _place(ordered: Float32Array, value: np.float32) -> int:
    """How many values lie below, by bisection."""
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) >> 1
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)  # type: ignore[untyped-decorator]
def _rank(
    cost: Float32Array,
    ordered: Float32Array,
    row: Positions,
    column: Positions,
    found: Float32Array,
) -> None:
    for k in range(len(row)):
        value = cost[row[k], column[k]]
        found[k] = np.nan if np.isinf(value) else _place(ordered[row[k]], value) + 1


@njit(cache=True)  # type: ignore[untyped-decorator]
def _lower(
    cost: Float32Array, ordered: Float32Array, most: int, more: np.float32, best: Float32Array
) -> None:
    for i in range(len(cost)):
        last = ordered[i, most - 1]
        for j in range(cost.shape[1]):
            value = cost[i, j]
            if value <= last and not np.isinf(value):
                place = np.float32(_place(ordered[i, :most], value) + 1) + more
                best[i, j] = min(best[i, j], place)
