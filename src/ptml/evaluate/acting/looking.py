"""How many flags it takes to see an effect, and an interval that may be looked at every quarter."""

import math

from ptml.evaluate.acting.difference import Effect
from ptml.intervals import Z_95

# 97.5 % and 80 % points of the normal distribution: size 5 %, power 80 %.
_SEEN = (Z_95 + 0.8416212335729143) ** 2
_ALPHA = 0.05
POINTS = (0.05, 0.10)
"""Effects whose number of flags is told."""


def flags_needed(variance_a_flag: float, effect: float) -> int:
    """Flags after which an effect is seen with 80 % power at the 5 % level.

    Parameters
    ----------
    variance_a_flag : float
        Variance of the estimate times the flags behind it.
    effect : float
        Difference of weak shares, 0-1.

    Examples
    --------
    >>> flags_needed(planned_variance(0.5, 0.1, 1.0), 0.1)
    2181
    """
    return math.ceil(_SEEN * variance_a_flag / effect**2)


def planned_variance(weak_share: float, holdout_share: float, known_share: float) -> float:
    """Variance times flags before there is any estimate: ``s (1 - s) / (known h (1 - h))``."""
    spread = weak_share * (1 - weak_share) / (holdout_share * (1 - holdout_share))
    return spread / known_share


def at_any_time(effect: Effect, variance: float, n: int, planned: int) -> Effect:
    """Widen an interval so that it holds the truth at all looks together, in 95 % of trials.

    Stopping when an interval of 95 % first leaves 0 out finds effects that are not there: five
    looks make 5 % into about 14 % (Armitage, McPherson and Rowe 1969). The asymptotic confidence
    sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024):
    ``sqrt(variance) sqrt(2 (m + 1) / m  log(sqrt(m + 1) / alpha))`` with ``m = n rho^2``, rho being
    such that it is narrowest at the planned number.

    Parameters
    ----------
    variance : float
        Of the estimate.
    n, planned : int
        Flags so far, and those at which it should be narrowest.
    """
    rho2 = (-2 * math.log(_ALPHA) + math.log(1 - 2 * math.log(_ALPHA))) / max(planned, 1)
    m = n * rho2
    half = math.sqrt(variance * 2 * (m + 1) / m * math.log(math.sqrt(m + 1) / _ALPHA))
    return Effect(effect.value, effect.value - half, effect.value + half)
