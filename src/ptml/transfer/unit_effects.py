"""What each unit adds to the risk of weak transfer, shrunk towards that of all, with its error.

The mode and the curvature of the unit's part given its outcomes and the spread of units (empirical
Bayes), people's parts being averaged over. A unit with few outcomes stays near the company's mean,
so that a league table is not led by the smallest (Goldstein & Spiegelhalter 1996).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ptml.transfer.outcomes import Outcomes
from ptml.transfer.variance import LOGIT_A_PROBIT, VarianceParts

Doubles = NDArray[np.float64]

# Units never differ by nothing at all: an effect of 0 without an error would claim to know that.
_LEAST_SHARE = 0.01
_STEPS = 15
# Beyond so many standard deviations an outcome says no more.
_FARTHEST = 5.0


@dataclass(frozen=True, eq=False)
class UnitEffects:
    """Effects by unit, (n_units,) each, 0 for the company's mean.

    Attributes
    ----------
    effect, error : float64
        Log-odds.
    independent : float64
        Outcomes of a unit, less where many are of one person.
    """

    effect: Doubles
    error: Doubles
    independent: Doubles


def unit_effects(outcomes: Outcomes, parts: VarianceParts, n_units: int) -> UnitEffects:
    """Work out the effect of each unit by Fisher scoring, all units at once."""
    rest = parts.rest_share.value
    of_unit = max(parts.unit_share.value, _LEAST_SHARE) / rest
    of_person = parts.person_share.value / rest
    scale = np.sqrt(1 + of_person)
    usual = ndtri(outcomes.usual) * np.sqrt(1 + of_unit + of_person)
    weight = _weights(outcomes, of_person / (1 + of_person))
    effect = np.zeros(n_units)

    def total(values: Doubles) -> Doubles:
        return np.bincount(outcomes.unit, weight * values, minlength=n_units).astype(np.float64)

    information = np.ones(n_units)
    for _ in range(_STEPS):
        z = np.clip((usual + effect[outcomes.unit]) / scale, -_FARTHEST, _FARTHEST)
        p, density = ndtr(z), np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
        slope = density / (scale * p * (1 - p))
        information = total(slope * density / scale) + 1 / of_unit
        effect = effect + (total(slope * (outcomes.weak - p)) - effect / of_unit) / information
    return UnitEffects(
        LOGIT_A_PROBIT * effect,
        LOGIT_A_PROBIT / np.sqrt(information),
        total(np.ones(len(outcomes))),
    )


def _weights(outcomes: Outcomes, correlation: float) -> Doubles:
    """Less for each of the many outcomes of one person: ``1 / (1 + (m - 1) phi)``."""
    key = outcomes.unit.astype(np.int64) << 32 | outcomes.person
    _, group, size = np.unique(key, return_inverse=True, return_counts=True)
    bound = ndtri(outcomes.usual)
    density = np.exp(-(bound**2)) / (2 * np.pi)
    # The correlation of two outcomes that goes with one of the variables behind them.
    phi = correlation * density / (outcomes.usual * (1 - outcomes.usual))
    return np.asarray(1 / (1 + (size[group] - 1) * phi))
