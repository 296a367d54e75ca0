"""The effect of flagging, and of acting on a flag, or why the log cannot tell."""

from dataclasses import dataclass

import numpy as np

from ptml.evaluate.acting.attrition import Attrition, attrition
from ptml.evaluate.acting.compliers import complier_effect, first_stage
from ptml.evaluate.acting.config import ActingConfig
from ptml.evaluate.acting.difference import Difference, Effect, adjusted_difference
from ptml.evaluate.acting.looking import POINTS, at_any_time, flags_needed
from ptml.evaluate.acting.soundness import DrawCheck, draw_check
from ptml.evaluate.acting.trial import FlagTrial


@dataclass(frozen=True)
class QuarterFound:
    """What was flagged in one quarter; numbers are those with a known outcome.

    Attributes
    ----------
    quarter : int
        As `ptml.transfer.arms.quarter_of` counts.
    effect : Effect or None
        None where there are too few.
    """

    quarter: int
    n_flagged: int
    n_held_out: int
    effect: Effect | None


@dataclass(frozen=True)
class Uptake:
    """What was done about it.

    Attributes
    ----------
    acted_flagged, acted_held_out : float
        Shares with an intervention that was carried out.
    first_stage : float
        F of flagging on acting.
    complier : Effect or None
        Effect of acting on those acted on because they were flagged; None where the first stage
        is not clear.
    naive : Effect or None
        Weak share of those acted on less that of those not, whoever they were: confounded by who
        gets help, an effect of nothing. None where one of the two is empty.
    """

    acted_flagged: float
    acted_held_out: float
    first_stage: float
    complier: Effect | None
    naive: Effect | None


@dataclass(frozen=True)
class Judged:
    """Flagged less held out, in shares of weak transfer: below 0, flagging helps.

    Attributes
    ----------
    effect : Effect
        With a 95 % interval for one look.
    any_time : Effect
        With one that may be looked at every quarter.
    n_flagged, n_held_out : int
        With a known outcome.
    needed : tuple of int
        Flags needed to see each of `POINTS` at the present share and spread.
    """

    effect: Effect
    any_time: Effect
    n_flagged: int
    n_held_out: int
    quarters: tuple[QuarterFound, ...]
    draw: DrawCheck
    attrition: Attrition
    uptake: Uptake
    needed: tuple[int, ...]

    @property
    def answer(self) -> str:
        """``helps``, ``harms`` or ``open``; bounds speak where the arms lose outcomes unlike."""
        lee = self.attrition.lee
        low, high = (self.any_time.low, self.any_time.high)
        if lee is not None:
            low, high = min(low, lee.outer_low), max(high, lee.outer_high)
        return "helps" if high < 0 else "harms" if low > 0 else "open"


@dataclass(frozen=True)
class NotJudged:
    """Why the log cannot tell.

    Attributes
    ----------
    code : str
        ``nothing_logged``, ``no_hold_out``, ``still_open``, ``too_few`` or ``not_random``.
    reason : str
        One sentence with the figures.
    """

    code: str
    reason: str


def judge_flags(trial: FlagTrial, config: ActingConfig) -> Judged | NotJudged:
    """Estimate what flagging does to weak transfer, by the arm that was drawn.

    Parameters
    ----------
    trial : FlagTrial
        Whose windows have closed.

    Notes
    -----
    Intention to treat: whoever was flagged counts as flagged, acted on or not.
    """
    known = trial.take(trial.known)
    if not _has_enough(known, config):
        return NotJudged("too_few", _too_few(known, config))
    draw = draw_check(trial)
    if min(draw.p_share, draw.p_balance) < config.draw_level:
        return NotJudged("not_random", _not_random(draw))
    found = _difference(known)
    variance = float(found.covariance[0, 0])
    needed = tuple(flags_needed(variance * len(trial), effect) for effect in POINTS)
    return Judged(
        effect=found.effect(),
        any_time=at_any_time(found.effect(), variance, len(trial), needed[-1]),
        n_flagged=int(known.flagged.sum()),
        n_held_out=int((~known.flagged).sum()),
        quarters=tuple(
            _quarter(known.take(known.quarter == quarter), int(quarter), config)
            for quarter in np.unique(known.quarter)
        ),
        draw=draw,
        attrition=attrition(trial, config),
        uptake=_uptake(known, found, config),
        needed=needed,
    )


def _difference(known: FlagTrial) -> Difference:
    """Of weak transfer and of acting, adjusted for the probability before the draw."""
    outcomes = np.column_stack([known.weak, known.acted]).astype(np.float64)
    return adjusted_difference(
        outcomes, known.flagged, known.propensity, known.person, known.p_weak
    )


def _has_enough(known: FlagTrial, config: ActingConfig) -> bool:
    for arm in (known.flagged, ~known.flagged):
        n, n_weak = int(arm.sum()), int(known.weak[arm].sum())
        if n < config.least_an_arm or min(n_weak, n - n_weak) < config.least_of_each:
            return False
    return True


def _quarter(known: FlagTrial, quarter: int, config: ActingConfig) -> QuarterFound:
    effect = _difference(known).effect() if _has_enough(known, config) else None
    n_flagged = int(known.flagged.sum())
    return QuarterFound(quarter, n_flagged, len(known) - n_flagged, effect)


def _uptake(known: FlagTrial, found: Difference, config: ActingConfig) -> Uptake:
    acted, strength = known.acted, first_stage(found)
    is_clear = strength >= config.least_first_stage
    naive = None
    if min(acted.sum(), (~acted).sum()) >= config.least_an_arm:
        weak = known.weak.astype(np.float64)[:, None]
        naive = adjusted_difference(weak, acted, np.ones(len(known)), known.person).effect()
    return Uptake(
        acted_flagged=float(acted[known.flagged].mean()),
        acted_held_out=float(acted[~known.flagged].mean()),
        first_stage=strength,
        complier=complier_effect(found) if is_clear else None,
        naive=naive,
    )


def _too_few(known: FlagTrial, config: ActingConfig) -> str:
    arms = ((int(arm.sum()), int(known.weak[arm].sum())) for arm in (known.flagged, ~known.flagged))
    (n_flagged, weak_flagged), (n_held, weak_held) = arms
    return (
        f"the outcome is known of {n_flagged} flagged ({weak_flagged} weak) and {n_held} held out "
        f"({weak_held} weak), and each needs {config.least_an_arm} with {config.least_of_each} "
        "weak and as many sound ones"
    )


def _not_random(draw: DrawCheck) -> str:
    if draw.p_share <= draw.p_balance:
        return (
            f"{draw.held_out:.1%} are held out where {draw.expected:.1%} were set: rows are "
            "missing from the log, or the arms are not those of a draw"
        )
    return (
        f"the probability of weak transfer before the draw differs by {draw.p_weak.value:+.3f} "
        "between flagged and held out: rows are missing, or the arms are not those of a draw"
    )
