"""Shares of a LightGBM model: by tables where its trees allow it, by LightGBM where not."""

from dataclasses import dataclass
from functools import cached_property

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.trees.compiled import CompiledTrees
from ptml.trees.parsing import NotCompilable

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

# Rows that LightGBM works out at a time: bounds memory, costs nothing.
_BLOCK_ROWS = 20_000


@dataclass(frozen=True, eq=False)
class TreeShares:
    """A booster, or the sum of several, that is compiled when it is first asked.

    The way never depends on the number of rows, so that buckets of any size give the same bits.
    """

    booster: lgb.Booster
    others: tuple[lgb.Booster, ...] = ()

    @property
    def reason(self) -> str | None:
        """Why LightGBM does the work; None where tables do."""
        return None if isinstance(self._compiled, CompiledTrees) else self._compiled

    def shares(self, x: Floats, num_threads: int) -> tuple[float, Doubles]:
        """Exact TreeSHAP with path-dependent expectations (Lundberg et al. 2020).

        Parameters
        ----------
        x : (n, p) float32
        num_threads : int
            Of LightGBM, should it do the work.

        Returns
        -------
        base : float
            Log-odds before anything is known.
        shares : (n, p) float64
            With `base` they add up to the raw log-odds.
        """
        compiled = self._compiled
        if isinstance(compiled, CompiledTrees):
            return compiled.base, compiled.shares(x)
        found = np.zeros((len(x), self.booster.num_feature() + 1))
        options = {"pred_contrib": True, "num_threads": num_threads}
        for begin in range(0, len(x), _BLOCK_ROWS):
            part = slice(begin, begin + _BLOCK_ROWS)
            for booster in (self.booster, *self.others):
                found[part] += booster.predict(x[part], **options)
        return float(found[0, -1]) if len(found) else 0.0, found[:, :-1]

    @cached_property
    def _compiled(self) -> CompiledTrees | str:
        try:
            return CompiledTrees.of(self.booster, *self.others)
        except NotCompilable as why:
            return str(why)
