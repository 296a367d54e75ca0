"""Logs of flags whose effect is known: help that goes to those who would do well anyway."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from ptml.evaluate.acting.trial import FlagTrial


@dataclass(frozen=True)
class Plan:
    """What is planted."""

    n_people: int = 1500
    share: float = 0.15
    acting: float = -0.12
    """Effect of acting on the probability of weak transfer."""
    weak_and_held_known: float = 0.8
    """Share known of the weak outcomes that were held out; of all others it is .8."""
    n_quarters: int = 6


UPTAKE = 0.7
"""Of the help that a flag brings, the part that would not have come without one."""


def planted(seed: int, plan: Plan = Plan()) -> tuple[FlagTrial, float]:
    """A trial, and its true effect of being flagged.

    Some people have two completions, which go together by a person's own part. Managers who help
    (u high) help when asked, and three times in ten unasked, and their people do better either way.
    """
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(plan.n_people), rng.integers(1, 3, plan.n_people))
    n = len(person)
    u = np.clip(rng.normal(size=plan.n_people), -2, 2)[person]
    p_weak = rng.uniform(0.45, 0.85, n)
    flagged = (rng.random(plan.n_people) >= plan.share)[person]
    helps, wish = _helps(u), rng.random(n)
    acted = np.where(flagged, wish < helps, wish < (1 - UPTAKE) * helps)
    own = rng.normal(0, 0.05, plan.n_people)[person]
    risk = np.clip(p_weak - 0.08 * u + own, 0.13, 0.97) + plan.acting * acted
    weak = rng.random(n) < risk
    kept = np.where(flagged | ~weak, 0.8, plan.weak_and_held_known)
    known = rng.random(n) < kept
    trial = FlagTrial(
        p_weak=p_weak,
        flagged=flagged,
        propensity=np.where(flagged, 1 - plan.share, plan.share),
        known=known,
        weak=weak & known,
        acted=acted,
        person=person.astype(np.int64),
        quarter=(200 + person % plan.n_quarters).astype(np.int64),
    )
    return trial, plan.acting * UPTAKE * mean_help()


@cache
def mean_help() -> float:
    """Share of people who are helped when they are flagged."""
    u = np.clip(np.random.default_rng(0).normal(size=1_000_000), -2, 2)
    return float(_helps(u).mean())


def _helps(
    u: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(1 / (1 + np.exp(-0.5 - 1.2 * u)), dtype=np.float64)
