"""Exact TreeSHAP of a LightGBM model by look-ups, checked against LightGBM itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.trees.cells import CellTable, cell_tables
from ptml.trees.codes import Coding
from ptml.trees.flat_cells import FlatTables, add_cells, flat_tables
from ptml.trees.parsing import NotCompilable, parse_trees
from ptml.trees.paths import branch_of

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

TOLERANCE = 1e-9
# Rows that the check is made on: enough to meet every split several times.
N_PROBES = 64
# Rows at a time: few enough that what is added up of them stays in the cache.
BLOCK_ROWS = 1024


@dataclass(frozen=True, eq=False)
class CompiledTrees:
    """Trees as tables of contributions.

    Attributes
    ----------
    base : float
        Mean of the trees over their training rows, log-odds.
    n_features : int
        Columns of x.
    """

    base: float
    n_features: int
    coding: Coding
    tables: tuple[CellTable, ...]

    @classmethod
    def of(cls, *boosters: lgb.Booster) -> Self:
        """Compile the trees of a model, or of the sum of several, and hold them against LightGBM.

        Raises
        ------
        NotCompilable
            Trees of a kind that is left to LightGBM, or an answer that is not LightGBM's.
        """
        trees = [tree for one in boosters for tree in parse_trees(one.model_to_string())]
        coding = Coding.of(trees)
        tables = cell_tables([branch_of(tree, coding) for tree in trees])
        base = float(sum(tree.mean for tree in trees))
        found = cls(base, boosters[0].num_feature(), coding, tables)
        found._check(boosters)
        return found

    def shares(self, x: Floats) -> Doubles:
        """Shapley value of each feature, (n, p) float64; with `base` they add up to the log-odds.

        The same bits whatever the number of rows, threads and processes.

        Raises
        ------
        ValueError
            x has not p columns.
        """
        if x.shape[1] != self.n_features:
            raise ValueError(f"x must have {self.n_features} columns, got {x.shape[1]}")
        out = np.zeros((len(x), self.n_features))
        for begin in range(0, len(x), BLOCK_ROWS):
            part = slice(begin, begin + BLOCK_ROWS)
            out[part, self.coding.features] = self._of_block(x[part]).T
        return out

    def _of_block(self, x: Floats) -> Doubles:
        codes = self.coding.encode(x)
        shares = np.zeros(codes.shape)
        add_cells(self._flat, codes, shares)
        return shares

    @cached_property
    def _flat(self) -> FlatTables:
        return flat_tables(self.tables)

    def _check(self, boosters: Sequence[lgb.Booster]) -> None:
        x = self._probes()
        theirs = np.zeros((len(x), self.n_features + 1))
        for booster in boosters:
            theirs += booster.predict(x, pred_contrib=True, num_threads=1)
        base = np.full((len(x), 1), self.base)
        error = np.abs(np.hstack([self.shares(x), base]) - theirs).max(initial=0)
        if not error <= TOLERANCE:
            raise NotCompilable(f"shares differ from LightGBM's by {error:.1e}")

    def _probes(self) -> Floats:
        """Rows on, just above and between thresholds, with zeros and missing values."""
        rng = np.random.default_rng(0)
        x = np.zeros((N_PROBES, self.n_features), dtype=np.float32)
        for feature, thresholds in zip(self.coding.features, self.coding.thresholds, strict=True):
            edges = thresholds.astype(np.float32)
            above = np.nextafter(edges, np.float32(np.inf))
            special = np.array([np.nan, 0, 1e-36, -np.inf, np.inf], dtype=np.float32)
            x[:, feature] = rng.choice(np.concatenate([edges, above, special]), N_PROBES)
        return x
