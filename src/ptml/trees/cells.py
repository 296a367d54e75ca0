"""Tables of contributions: one look-up a feature for all leaves of a branch together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.trees.parsing import NotCompilable
from ptml.trees.paths import Branch, Path
from ptml.trees.shapley import pattern_contributions

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

# Features on the way to one leaf: its table has 2^d cells.
MAX_FEATURES_ON_PATH = 10
# Cells of a table of several leaves: more make fewer look-ups and slower ones. Measured: 128 to 512
# are alike for 8 leaves (there it is one table a tree), 512 is fastest for 31.
MAX_CELLS = 512
# Numbers in all tables and in what they are made of (8 bytes each); 600 trees of 31 leaves and
# depth 8 need about 20 million.
MAX_NUMBERS = 32_000_000
# Leaves are bits of an int64.
_MAX_LEAVES = 62


@dataclass(frozen=True, eq=False)
class CellTable:
    """What the leaves of a branch contribute, by the cell that a row falls into.

    Attributes
    ----------
    features : tuple of int, length k
        Positions of the features.
    steps : tuple of (m + 3,) intp, length k
        By code of each feature: its part of the number of the cell, which is their sum.
    contributions : (k, c) float64
    """

    features: tuple[int, ...]
    steps: tuple[NDArray[np.intp], ...]
    contributions: Doubles


def cell_tables(branches: Sequence[Branch]) -> tuple[CellTable, ...]:
    """Make the tables of trees; a branch too large for one table is halved.

    Raises
    ------
    NotCompilable
        More than `MAX_FEATURES_ON_PATH` features on the way to a leaf, or more than `MAX_NUMBERS`.
    """
    deepest = max((len(p.fits) for branch in branches for p in branch.paths), default=0)
    if deepest > MAX_FEATURES_ON_PATH:
        raise NotCompilable(
            f"{deepest} features on the way to a leaf, more than {MAX_FEATURES_ON_PATH}"
        )
    grids = _all_grids(branches)
    contributions = iter(_by_path([path for grid in grids for path in grid.paths]))
    return tuple(grid.table([next(contributions) for _ in grid.paths]) for grid in grids)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Cells of a branch: codes of a feature that fit the same paths are one state.

    `passes` (k, c): by feature and cell, the paths that the feature's state fits, as bits.
    """

    paths: tuple[Path, ...]
    features: tuple[int, ...]
    steps: tuple[NDArray[np.intp], ...]
    passes: Ints

    @property
    def n_numbers(self) -> int:
        return self.passes.size + sum(len(p.fits) << len(p.fits) for p in self.paths)

    def table(self, by_pattern: Sequence[Doubles]) -> CellTable:
        out = np.zeros(self.passes.shape)
        for bit, (path, found) in enumerate(zip(self.paths, by_pattern, strict=True)):
            rows = [self.features.index(k) for k in path.fits]
            fits = (self.passes[rows] >> bit) & 1
            pattern = (1 << np.arange(len(rows))) @ fits
            out[rows] += found[pattern].T
        return CellTable(self.features, self.steps, out)


def _all_grids(branches: Sequence[Branch]) -> list[_Grid]:
    grids, n_numbers = [], 0
    for grid in (grid for branch in branches for grid in _grids(branch)):
        n_numbers += grid.n_numbers
        if n_numbers > MAX_NUMBERS:
            raise NotCompilable(f"tables of more than {MAX_NUMBERS:,} numbers")
        grids.append(grid)
    return grids


def _grids(branch: Branch) -> Iterator[_Grid]:
    features = tuple(sorted({k for path in branch.paths for k in path.fits}))
    if not features:
        return
    grid = _grid(branch.paths, features)
    if grid is not None:
        yield grid
    else:
        for half in branch.halves:
            yield from _grids(half)


def _grid(paths: tuple[Path, ...], features: tuple[int, ...]) -> _Grid | None:
    most = MAX_CELLS if len(paths) > 1 else 2**MAX_FEATURES_ON_PATH
    # Features have two states at the least: spares counting them.
    if 2 ** len(features) > most or len(paths) > _MAX_LEAVES:
        return None
    found = [np.unique(_paths_passed(paths, k), return_inverse=True) for k in features]
    shape = tuple(len(passed) for passed, _ in found)
    if np.prod(shape) > most:
        return None
    strides = np.cumprod((1, *shape[:0:-1]))[::-1]
    state = np.indices(shape).reshape(len(shape), -1)
    return _Grid(
        paths,
        features,
        tuple(
            (code * stride).astype(np.intp)
            for (_, code), stride in zip(found, strides, strict=True)
        ),
        np.stack([passed[row] for (passed, _), row in zip(found, state, strict=True)]),
    )


def _paths_passed(paths: tuple[Path, ...], k: int) -> Ints:
    size = next(len(path.fits[k]) for path in paths if k in path.fits)
    passed = np.zeros(size, dtype=np.int64)
    for bit, path in enumerate(paths):
        if k in path.fits:
            passed |= path.fits[k].astype(np.int64) << bit
    return passed


def _by_path(paths: Sequence[Path]) -> list[Doubles]:
    """Contributions by pattern of each path; those with as many features are done together."""
    n_features = np.array([len(path.fits) for path in paths])
    out: list[Doubles] = [np.zeros((0, 0))] * len(paths)
    for d in np.unique(n_features):
        where = np.flatnonzero(n_features == d).tolist()
        unknown = np.array([list(paths[i].unknown.values()) for i in where])
        value = np.array([paths[i].value for i in where])
        for i, found in zip(where, pattern_contributions(unknown, value), strict=True):
            out[i] = found
    return out
