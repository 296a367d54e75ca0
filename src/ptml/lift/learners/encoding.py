"""Features for smooth learners: standardised, categories as indicators, nothing missing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]

# Farther out than this many standard deviations a value says no more.
FARTHEST = 4.0
# Rarer categories than this share of the rows get no indicator of their own.
RAREST = 0.005


@dataclass(frozen=True)
class Encoding:
    """How raw features (n, p) become standardised ones (n, q).

    Attributes
    ----------
    levels : tuple of (column, code)
        Indicators.
    numeric : tuple of int
        Columns taken as they are.
    mean, spread : (q,) float64
    """

    numeric: tuple[int, ...]
    levels: tuple[tuple[int, float], ...]
    mean: FloatArray
    spread: FloatArray

    def __call__(self, x: Float32Array) -> FloatArray:
        """Standardised features (n, q); a missing value counts as the mean."""
        z = (_raw(x, self.numeric, self.levels) - self.mean) / self.spread
        return np.clip(np.nan_to_num(z, nan=0.0), -FARTHEST, FARTHEST)


def fit_encoding(x: Float32Array, categorical: Sequence[int] = ()) -> Encoding:
    """Learn levels, means and spreads; columns without variation are left out.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[0, 5], [2, 5], [0, 6], [2, 6]], dtype=np.float32)
    >>> fit_encoding(x, categorical=[1])(x)[:, :2].tolist()
    [[-1.0, 1.0], [1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]]
    """
    numeric = tuple(j for j in range(x.shape[1]) if j not in categorical and np.nanstd(x[:, j]) > 0)
    levels: list[tuple[int, float]] = []
    for j in categorical:
        codes, counts = np.unique(x[~np.isnan(x[:, j]), j], return_counts=True)
        common = counts >= max(2, RAREST * len(x))
        levels.extend((j, float(code)) for code in codes[common] if len(codes) > 1)
    raw = _raw(x, numeric, tuple(levels))
    spread = np.nanstd(raw, axis=0)
    return Encoding(
        numeric, tuple(levels), np.nanmean(raw, axis=0), np.where(spread > 0, spread, 1)
    )


def _raw(
    x: Float32Array, numeric: tuple[int, ...], levels: tuple[tuple[int, float], ...]
) -> FloatArray:
    columns = [x[:, j].astype(np.float64) for j in numeric]
    columns += [(x[:, j] == code).astype(np.float64) for j, code in levels]
    return np.stack(columns, axis=1) if columns else np.zeros((len(x), 0))
