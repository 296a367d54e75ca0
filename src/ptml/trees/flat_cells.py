"""Tables of contributions one behind the other, and the loop that adds them up."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.trees.cells import CellTable

Doubles = NDArray[np.float64]
Codes = NDArray[np.int32]
Ints = NDArray[np.int64]


class FlatTables(NamedTuple):
    """`CellTable`s as arrays.

    Attributes
    ----------
    first : (t + 1,) int64
        Which of the features, and of the steps, are those of a table.
    features : (f,) int64
    step : (f,) int64
        Where the steps of a feature begin.
    steps : (s,) int32
    cells : (t,) int64
        Where the contributions of a table begin; those of a cell lie side by side.
    contributions : (c,) float64
    """

    first: Ints
    features: Ints
    step: Ints
    steps: Codes
    cells: Ints
    contributions: Doubles


def flat_tables(tables: Sequence[CellTable]) -> FlatTables:
    """Put tables one behind the other."""
    steps = [step for table in tables for step in table.steps]
    cells = [table.contributions.T.ravel() for table in tables]
    return FlatTables(
        first=_starts([len(table.features) for table in tables]),
        features=np.array([k for table in tables for k in table.features], dtype=np.int64),
        step=_starts([len(step) for step in steps]),
        steps=np.concatenate([*steps, np.zeros(0, dtype=np.int64)]).astype(np.int32),
        cells=_starts([len(cell) for cell in cells]),
        contributions=np.concatenate([*cells, np.zeros(0)]),
    )


def _starts(lengths: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def add_cells(tables: FlatTables, codes: Codes, shares: Doubles) -> None:
    """Add to the shares (u, n) of each feature what the tables have for the codes (u, n).

    The order of the tables is that of the sums.
    """
    _add_cells(*tables, codes, shares)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _add_cells(
    first: Ints,
    features: Ints,
    step: Ints,
    steps: Codes,
    cells: Ints,
    contributions: Doubles,
    codes: Codes,
    shares: Doubles,
) -> None:
    n = codes.shape[1]
    cell = np.empty(n, dtype=np.int64)
    for t in range(len(first) - 1):
        begin, end = first[t], first[t + 1]
        cell[:] = 0
        for f in range(begin, end):
            row, at = features[f], step[f]
            for i in range(n):
                cell[i] += steps[at + codes[row, i]]
        width = end - begin
        for i in range(n):
            cell[i] = cells[t] + cell[i] * width
        for f in range(begin, end):
            row, k = features[f], f - begin
            for i in range(n):
                shares[row, i] += contributions[cell[i] + k]
