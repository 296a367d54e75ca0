"""Whether the log is one of a draw: as many held out as were set, and the arms alike before it."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from ptml.evaluate.acting.difference import Effect, adjusted_difference
from ptml.evaluate.acting.trial import FlagTrial


@dataclass(frozen=True)
class DrawCheck:
    """The draw, held against what was set.

    Attributes
    ----------
    held_out, expected : float
        Share held out, and the mean of what was set.
    p_share : float
        How often a sound draw is as far off.
    p_weak : Effect
        Difference of the probability before the draw, flagged less held out.
    p_balance : float
        How often a sound draw gives one as large.
    """

    held_out: float
    expected: float
    p_share: float
    p_weak: Effect
    p_balance: float


def draw_check(trial: FlagTrial) -> DrawCheck:
    """Check the share held out and the balance of `p_weak`, rows of one person taken together."""
    chance = np.where(trial.flagged, 1 - trial.propensity, trial.propensity)
    off = np.bincount(trial.person, (~trial.flagged) - chance)
    spread = math.sqrt(float((off**2).sum()))
    z = abs(float(off.sum())) / spread if spread > 0 else 0.0
    balance = adjusted_difference(
        trial.p_weak[:, None], trial.flagged, trial.propensity, trial.person
    )
    return DrawCheck(
        held_out=float((~trial.flagged).mean()),
        expected=float(chance.mean()),
        p_share=float(2 * norm.sf(z)),
        p_weak=balance.effect(),
        p_balance=balance.p_value(),
    )
