"""How much likelier people choose a course for the gap that it closes."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Codes = NDArray[np.integer]
Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

N_POSITIVE = 4
"""Bins of gaps above 0, equally filled by what was chosen."""
_UNKNOWN, _NOTHING = 0, 1
# Choices as expected that are added to each bin.
_PRIOR = 50.0


@dataclass(frozen=True, eq=False)
class GapTilt:
    """Factor on the expected share of a course by the gap that it closes for the person.

    Attributes
    ----------
    edges : (n_edges,) float64
        Lower ends of the bins above the first positive one, weighted levels, ascending.
    factor : (n_edges + 3,) float64
        By bin: not known (always 1), nothing closed, then rising gaps.
    """

    edges: FloatArray
    factor: FloatArray

    @classmethod
    def fit(cls, closed: Float32Array, share: Float32Array, chosen: Codes) -> Self:
        """Compare what was chosen with what was expected, bin by bin.

        Parameters
        ----------
        closed : (n, n_courses) float32
            Gap that each course closes at n moments of choosing; NaN = not known.
        share : (n, n_courses) float32
            Expected shares of what could be chosen, 0 for the rest; rows add up to 1.
        chosen : (n,) int
            Course that was chosen.
        """
        taken = closed[np.arange(len(chosen)), chosen]
        quantiles = np.linspace(0, 1, N_POSITIVE + 1)[1:-1]
        positive = taken[taken > 0].astype(np.float64)
        edges = np.unique(np.quantile(positive, quantiles)) if len(positive) else np.zeros(0)
        bins = _bins(closed, edges)
        n_bins = len(edges) + 3
        expected = np.bincount(bins.ravel(), share.ravel().astype(np.float64), n_bins)
        seen = np.bincount(bins[np.arange(len(chosen)), chosen], minlength=n_bins)
        factor = (seen + _PRIOR) / (expected + _PRIOR)
        factor[_UNKNOWN] = 1.0
        return cls(edges, factor)

    def of(self, closed: Float32Array) -> Float32Array:
        """Factor of each person and course, (n, n_courses) float32."""
        found = np.empty(closed.shape, dtype=np.float32)
        flat = np.ascontiguousarray(closed).ravel()
        _look_up(flat, self.edges, self.factor.astype(np.float32), found.ravel())
        return found


def _bins(closed: Float32Array, edges: FloatArray) -> NDArray[np.int64]:
    """0 = not known, 1 = nothing closed, from 2 on by `edges`."""
    above = np.searchsorted(edges, closed.ravel(), side="right").reshape(closed.shape)
    found = np.where(closed > 0, above + 2, _NOTHING)
    return np.where(np.isnan(closed), _UNKNOWN, found)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _look_up(
    closed: Float32Array, edges: FloatArray, factor: Float32Array, found: Float32Array
) -> None:
    """`_bins` without a table of them."""
    for i in range(len(closed)):
        value = closed[i]
        place = _NOTHING
        if value > 0:
            place += 1
            for edge in edges:
                place += edge <= value
        found[i] = factor[_UNKNOWN if np.isnan(value) else place]
