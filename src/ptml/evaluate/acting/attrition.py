"""Outcomes that are not known: whether the arms lose them alike, and bounds where they do not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.acting.config import ActingConfig
from ptml.evaluate.acting.difference import Effect, adjusted_difference
from ptml.evaluate.acting.trial import FlagTrial

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """Between which an effect lies, with what chance adds on either side.

    Attributes
    ----------
    low, high : float
        The bounds.
    outer_low, outer_high : float
        2.5 % point of the lower and 97.5 % point of the upper one over draws of people: holds all
        that is between the true bounds in 95 % of cases at least (Horowitz and Manski 2000).
    """

    low: float
    high: float
    outer_low: float
    outer_high: float


@dataclass(frozen=True)
class Attrition:
    """How often the outcome is known.

    Attributes
    ----------
    known_flagged, known_held_out : float
        Shares.
    difference : Effect
        Flagged less held out, adjusted for `p_weak`.
    p_value : float
    lee, manski : Bounds or None
        Of the effect on weak transfer; None where the arms lose outcomes alike.
    """

    known_flagged: float
    known_held_out: float
    difference: Effect
    p_value: float
    lee: Bounds | None
    manski: Bounds | None

    @property
    def is_equal(self) -> bool:
        """Whether no difference was found."""
        return self.lee is None


def attrition(trial: FlagTrial, config: ActingConfig) -> Attrition:
    """Compare how often the arms' outcomes are known, and bound the effect where they differ."""
    known = trial.known.astype(np.float64)
    found = adjusted_difference(
        known[:, None], trial.flagged, trial.propensity, trial.person, trial.p_weak
    )
    p_value = found.p_value()
    lee = manski = None
    if p_value < config.attrition_level:
        lee, manski = _bounds(trial, config)
    return Attrition(
        known_flagged=float(known[trial.flagged].mean()),
        known_held_out=float(known[~trial.flagged].mean()),
        difference=found.effect(),
        p_value=p_value,
        lee=lee,
        manski=manski,
    )


def lee_bounds(totals: Doubles) -> Doubles:
    """Bound the effect on those whose outcome is known in either arm (Lee 2009).

    Where one arm knows more outcomes, the surplus share ``q = 1 - known_less / known_more`` of its
    known ones is taken away, once from the weak and once from the sound. Assumed: flagging makes
    outcomes known or keeps them from it, never both.

    Parameters
    ----------
    totals : (..., 2, 3) float64
        Weighted rows, known outcomes and weak ones of the arms held out (0) and flagged (1).

    Returns
    -------
    (..., 2) float64
        Lower and upper bound of flagged less held out.

    Examples
    --------
    >>> lee_bounds(np.array([[10.0, 5.0, 2.0], [10.0, 10.0, 4.0]])).round(2).tolist()
    [-0.4, 0.4]
    """
    known = totals[..., 1] / totals[..., 0]
    mean = totals[..., 2] / totals[..., 1]
    surplus = np.maximum(1 - known[..., ::-1] / known, 0)
    least = np.maximum(mean - surplus, 0) / (1 - surplus)
    most = np.minimum(mean / (1 - surplus), 1)
    return np.stack([least[..., 1] - most[..., 0], most[..., 1] - least[..., 0]], axis=-1)


def manski_bounds(totals: Doubles) -> Doubles:
    """Bound the effect on all: unknown outcomes all weak in one arm, all sound in the other.

    Manski (1990); nothing is assumed. Parameters and result as in `lee_bounds`.

    Examples
    --------
    >>> manski_bounds(np.array([[10.0, 5.0, 2.0], [10.0, 10.0, 4.0]])).round(2).tolist()
    [-0.3, 0.2]
    """
    rows, known, weak = totals[..., 0], totals[..., 1], totals[..., 2]
    least, most = weak / rows, (weak + rows - known) / rows
    return np.stack([least[..., 1] - most[..., 0], most[..., 1] - least[..., 0]], axis=-1)


def _bounds(trial: FlagTrial, config: ActingConfig) -> tuple[Bounds, Bounds]:
    weight = 1 / trial.propensity
    cell = trial.person * 2 + trial.flagged
    n_people = int(trial.person.max()) + 1
    columns = (weight, weight * trial.known, weight * trial.weak)
    by_person = np.stack(
        [np.bincount(cell, column, 2 * n_people).reshape(n_people, 2) for column in columns], axis=2
    )
    rng = np.random.default_rng(config.bound_seed)
    drawn = np.stack(
        [np.tensordot(_draw(rng, n_people), by_person, axes=1) for _ in range(config.bound_draws)]
    )
    totals = by_person.sum(axis=0)
    return _around(lee_bounds(totals), lee_bounds(drawn)), _around(
        manski_bounds(totals), manski_bounds(drawn)
    )


def _draw(rng: np.random.Generator, n_people: int) -> Doubles:
    return np.bincount(rng.integers(0, n_people, n_people), minlength=n_people).astype(np.float64)


def _around(bounds: Doubles, drawn: Doubles) -> Bounds:
    outer_low = float(np.quantile(drawn[:, 0], 0.025))
    outer_high = float(np.quantile(drawn[:, 1], 0.975))
    return Bounds(float(bounds[0]), float(bounds[1]), outer_low, outer_high)
