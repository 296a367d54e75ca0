"""How unlike are checked and unchecked completions, feature by feature."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.transfer.checked import Checked

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

# Rows at a time: a float64 copy of all features would double the memory.
_BLOCK = 8_192


@dataclass(frozen=True, eq=False)
class Differences:
    """Standardised differences, (p,) each; NaN where a feature does not vary.

    Attributes
    ----------
    before : float64
        Mean of the checked less mean of the unchecked, in standard deviations.
    after : float64
        The same with the checked weighted so as to look like the unchecked.
    """

    before: Doubles
    after: Doubles


def checked_differences(checked: Checked) -> Differences:
    """Compare completions with and without a known outcome.

    ``(mean of known - mean of unknown) / sqrt((var of known + var of unknown) / 2)`` over the
    values that are there (Austin 2009); weighted by ``(1 - e) / e`` for `Differences.after`.
    """
    known, e = checked.cases.is_known, checked.p_known
    groups = np.stack([known, ~known, known * (1 - e) / e]).astype(np.float64)
    mean, variance = _moments(checked.cases.features.values, groups)
    spread = np.sqrt((variance[0] + variance[1]) / 2)
    spread = np.where(spread > 0, spread, np.nan)
    return Differences((mean[0] - mean[1]) / spread, (mean[2] - mean[1]) / spread)


def _moments(x: Floats, weight: Doubles) -> tuple[Doubles, Doubles]:
    """Means and variances, (g, p), of n values by g rows of weights, unknown values left out."""
    shift = np.nan_to_num(x[0]).astype(np.float64) if len(x) else 0.0
    total = np.zeros((3, len(weight), x.shape[1]))
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK].astype(np.float64) - shift
        is_there, w = np.isfinite(block), weight[:, start : start + _BLOCK]
        filled = np.where(is_there, block, 0.0)
        total += np.stack([w @ is_there, w @ filled, w @ filled**2])
    number = np.where(total[0] > 0, total[0], np.nan)
    mean = total[1] / number
    return mean + shift, np.maximum(total[2] / number - mean**2, 0)
