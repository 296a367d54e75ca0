"""What intervals are made of: quantiles of the normal distribution, and Wilson's interval."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

Z_ONE_SIDED_90, Z_90, Z_95 = 1.2815515655446004, 1.6448536269514722, 1.959963984540054
"""Of a one-sided bound of 90 %, and of two-sided intervals of 90 % and 95 %."""


def wilson_interval(
    share: FloatArray, n: NDArray[np.integer] | FloatArray, z: float = Z_95
) -> tuple[FloatArray, FloatArray]:
    """95 % interval of shares of `n` cases each, after Wilson (1927); inside 0-1 by its nature.

    ``(s + z^2/2n -+ z sqrt(s(1-s)/n + z^2/4n^2)) / (1 + z^2/n)``

    Parameters
    ----------
    share : (k,) float64
    n : (k,) int or float64
        Cases behind each share; a fraction where cases are worth less than one.
    z : float
        Quantile; `Z_90` gives a 90 % interval.

    Examples
    --------
    >>> low, high = wilson_interval(np.array([0.0]), np.array([10]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0], [0.278])
    """
    shrink = 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / shrink
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4.0 * n * n)) / shrink
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
