"""Sums of units added up to the units above, so that no small group can be worked out.

What is told of two units of which one lies above the other can be subtracted. So a sum above holds
what is told of the units below, and of all others (people placed right there, small units) only
where these are enough together; who is left out counts in the next sum above that has enough.
Every difference of sums that are told is then a group of enough people, or nobody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Codes = NDArray[np.int32]

NOBODY = np.iinfo(np.int64).max
_DEEPEST = 64


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums by unit and another key, m cells.

    Attributes
    ----------
    unit, other : (m,) int64
        Sorted, no pair twice.
    sums : (m, k) int64
        The first column counts people.
    least : (m,) int64
        The smallest of some number; `NOBODY` = none.
    """

    unit: Positions
    other: Positions
    sums: Positions
    least: Positions

    def __len__(self) -> int:
        return len(self.unit)


def depths(parent: Codes) -> tuple[Codes, Positions]:
    """Parents without circles, and how many units lie above each, (n_units,) each.

    A chain that goes round, or is longer than any organisation's, is cut: its units stand on top.
    """
    depth = np.zeros(len(parent), dtype=np.int64)
    above = parent.astype(np.int64)
    for _ in range(_DEEPEST):
        depth += above >= 0
        above = np.where(above >= 0, parent[above], -1)
    endless = above >= 0
    return np.where(endless, -1, parent).astype(np.int32), np.where(endless, 0, depth)


def added_up(cells: Cells, parent: Codes, min_people: int) -> tuple[Cells, Cells]:
    """Add the cells of units to those of all units above.

    Parameters
    ----------
    parent : (n_units,) int32
        -1 = none.

    Returns
    -------
    told : Cells
        Sums that may be told; of `min_people` people or more.
    hidden : Cells
        Cells in which somebody is, without their sums.
    """
    above, depth = depths(parent)
    told, hidden = _none(cells), _none(cells)
    left, below = cells, _none(cells)
    for step in range(int(depth.max(initial=0)), -1, -1):
        rest, left = _split(left, depth[left.unit] == step)
        under, below = _split(below, depth[below.unit] == step)
        enough = rest.sums[:, 0] >= min_people
        pooled, small = _split(rest, enough)
        here = _merged(under, pooled)
        told = _merged(told, here)
        hidden = _merged(hidden, _without(small, here))
        below = _merged(below, _raised(here, above))
        left = _merged(left, _raised(small, above))
    return told, hidden


def _none(cells: Cells) -> Cells:
    return _taken(cells, np.zeros(0, dtype=np.int64))


def _taken(cells: Cells, at: NDArray[np.integer] | NDArray[np.bool_]) -> Cells:
    return Cells(cells.unit[at], cells.other[at], cells.sums[at], cells.least[at])


def _split(cells: Cells, is_first: NDArray[np.bool_]) -> tuple[Cells, Cells]:
    return _taken(cells, is_first), _taken(cells, ~is_first)


def _raised(cells: Cells, parent: Codes) -> Cells:
    up = parent[cells.unit].astype(np.int64)
    moved = Cells(up, cells.other, cells.sums, cells.least)
    return _merged(_taken(moved, up >= 0), _none(cells))


def _without(cells: Cells, others: Cells) -> Cells:
    return _taken(cells, ~np.isin(_key(cells, cells, others), _key(others, cells, others)))


def _key(cells: Cells, *all_of: Cells) -> Positions:
    width = max(int(one.other.max(initial=-1)) for one in all_of) + 1
    return cells.unit * width + cells.other


def _merged(one: Cells, two: Cells) -> Cells:
    unit, other, sums, least = (
        np.concatenate([getattr(cells, name) for cells in (one, two)])
        for name in ("unit", "other", "sums", "least")
    )
    if not len(unit):
        return one
    order = np.lexsort((other, unit))
    unit, other, sums, least = unit[order], other[order], sums[order], least[order]
    is_new = np.append(True, (unit[1:] != unit[:-1]) | (other[1:] != other[:-1]))
    first = np.flatnonzero(is_new)
    return Cells(
        unit[first],
        other[first],
        np.add.reduceat(sums, first, axis=0),
        np.minimum.reduceat(least, first),
    )
