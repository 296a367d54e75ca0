"""How cost grows with size: the exponent of a power law, with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

_LEVEL = 0.975


@dataclass(frozen=True)
class PowerLaw:
    """``cost = exp(constant) * size ** exponent``, by least squares of the logarithms.

    Attributes
    ----------
    exponent, low, high : float
        With Student's 95 % interval; infinitely wide with two sizes.
    constant : float
    """

    exponent: float
    low: float
    high: float
    constant: float

    def at(self, size: float) -> float:
        """Cost of a size on the line."""
        return float(np.exp(self.constant) * size**self.exponent)


def power_law(sizes: Sequence[float], costs: Sequence[float]) -> PowerLaw:
    """Fit a power law to one cost a size.

    Raises
    ------
    ValueError
        With fewer than two sizes.

    Examples
    --------
    >>> round(power_law([10, 100, 1000], [1, 10, 100]).exponent, 6)
    1.0
    """
    if len(set(sizes)) < 2:
        raise ValueError(f"an exponent needs two sizes, got {sorted(set(sizes))}")
    found = stats.linregress(np.log(sizes), np.log(costs))
    freedom = len(sizes) - 2
    half = float(stats.t.ppf(_LEVEL, freedom) * found.stderr) if freedom else float("inf")
    slope = float(found.slope)
    return PowerLaw(slope, slope - half, slope + half, float(found.intercept))
