"""Values as whole numbers that say all that the trees ask of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.trees.parsing import MISSING_NAN, MISSING_ZERO, Tree

Doubles = NDArray[np.float64]
Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]

# LightGBM's kZeroThreshold, a float32: what lies nearer to 0 is 0.
NEARLY_ZERO = float(np.float32(1e-35))


@dataclass(frozen=True, eq=False)
class Coding:
    """The thresholds that any tree has for a feature; a value is coded by how many lie below it.

    Two codes more stand for NaN and for 0, which may be a missing value to one node and not to
    another: with the code at hand every node's answer is known, missing values and all.

    Attributes
    ----------
    features : tuple of int, length u
        Columns of x that any tree splits on.
    thresholds : tuple of (m,) float64, length u
        Sorted, without repetition.
    """

    features: tuple[int, ...]
    thresholds: tuple[Doubles, ...]

    @classmethod
    def of(cls, trees: Sequence[Tree]) -> Self:
        """Gather the thresholds of trees."""
        none = [np.zeros(0)]
        feature = np.concatenate([*none, *(tree.feature for tree in trees)]).astype(np.int64)
        threshold = np.concatenate([*none, *(tree.threshold for tree in trees)])
        used = np.unique(feature)
        return cls(
            tuple(int(f) for f in used),
            tuple(np.unique(threshold[feature == f]) for f in used),
        )

    def encode(self, x: NDArray[np.float32]) -> Codes:
        """Code rows, (u, n); values are compared as float64, as LightGBM does."""
        codes = np.empty((len(self.features), len(x)), dtype=np.int32)
        for k, (feature, thresholds) in enumerate(zip(self.features, self.thresholds, strict=True)):
            number_codes(np.ascontiguousarray(x[:, feature]), thresholds, codes[k])
        return codes

    def goes_left(self, tree: Tree, node: int) -> tuple[int, Bools]:
        """Position of a node's feature, and which of its codes go left, (m + 3,) bool."""
        k = self.features.index(int(tree.feature[node]))
        threshold, default = tree.threshold[node], tree.default_left[node]
        n_below = np.arange(len(self.thresholds[k]) + 3)
        left = n_below <= np.searchsorted(self.thresholds[k], threshold)
        is_zero_left = default if tree.missing[node] == MISSING_ZERO else threshold >= 0
        left[-1] = is_zero_left
        # A NaN where training had none counts as 0.
        left[-2] = default if tree.missing[node] == MISSING_NAN else is_zero_left
        return k, left


@njit(cache=True)  # type: ignore[untyped-decorator]
def number_codes(values: NDArray[np.float32], thresholds: Doubles, out: Codes) -> None:
    """Write the code of each value by thresholds, by bisection."""
    n = len(thresholds)
    for i in range(len(values)):
        value = np.float64(values[i])
        if np.isnan(value):
            out[i] = n + 1
        elif abs(value) <= NEARLY_ZERO:
            out[i] = n + 2
        else:
            low, left = 0, n
            while left > 1:
                half = left >> 1
                if thresholds[low + half - 1] < value:
                    low += half
                left -= half
            out[i] = low + (left == 1 and thresholds[low] < value)
