"""What the probability would be, were one thing done that someone can still do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.transfer.calibration import sigmoid
from ptml.transfer.levers import LEVERS
from ptml.transfer.noise import Z_90, Noise

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Probabilities with each lever done, (m, n_levers) float64; NaN = nothing to be said.

    Attributes
    ----------
    p, low, high
        The probability, and the range (90 %) that fitting the model anew leaves of the change.
    """

    p: Doubles
    low: Doubles
    high: Doubles


def what_if(noise: Noise, changes: Doubles, log_odds: Doubles, stage: NDArray[np.uint8]) -> WhatIf:
    """Put changes of log-odds on top of the log-odds; changes within their noise are left out.

    Parameters
    ----------
    changes : (m, n_levers) float64
        Of the log-odds; NaN = the lever has nothing to change.
    log_odds : (m,) float64
    stage : (m,) uint8
    """
    sd = np.zeros_like(changes)
    for k, curve in enumerate(noise.levers):
        sd[stage == k] = curve.sd(changes[stage == k])
    told = np.where(changes < -Z_90 * sd, changes, np.nan)
    ends = (told, told - Z_90 * sd, np.minimum(told + Z_90 * sd, 0.0))
    return WhatIf(*(_probability(log_odds[:, None] + end) for end in ends))


def _probability(log_odds: Doubles) -> Doubles:
    known = np.isfinite(log_odds)
    out = np.full(log_odds.shape, np.nan)
    out[known] = sigmoid(log_odds[known])
    return out


def no_levers(n_cases: int) -> WhatIf:
    """Nothing to be said of any case."""
    nothing = np.full((n_cases, len(LEVERS)), np.nan)
    return WhatIf(nothing, nothing, nothing)
