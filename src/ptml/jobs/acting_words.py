"""What is said of the effect of flagging: sentences for people, plain figures for programs."""

from dataclasses import asdict
from typing import Any

import numpy as np

from ptml.evaluate.acting.attrition import Attrition
from ptml.evaluate.acting.difference import Effect
from ptml.evaluate.acting.judging import Judged, NotJudged, Uptake
from ptml.evaluate.acting.log import FlagLog
from ptml.evaluate.acting.looking import POINTS, flags_needed, planned_variance

# What the remedy proposes where nothing is held out.
PROPOSED_SHARE = 0.1
_ANSWERS = {
    "helps": "The answer is in: flagging helps. End the hold-out (warning.holdout_share = 0).",
    "harms": "The answer is in: flagging does harm. Stop it and look at what is done with flags.",
    "open": "The answer is not in yet.",
}
_REMEDIES = {
    "nothing_logged": "Give published runs with --flags OUT, or the table flags",
    "no_hold_out": f"Set warning.holdout_share (say {PROPOSED_SHARE}) and score",
    "still_open": "Wait until their windows have closed",
    "too_few": "Wait for more, or give the flags of earlier runs",
    "not_random": "Put every run's whole table flags together as it was published, and ask again",
}


def acting_sentences(found: Judged | NotJudged, log: FlagLog, has_actions: bool) -> list[str]:
    """Say what was found, or why nothing can be, with the way out."""
    if isinstance(found, NotJudged):
        return [
            f"Whether flagging helps cannot be told: {found.reason}. "
            f"{_REMEDIES[found.code]}{_how_many(found, log)}."
        ]
    return [
        *_of_attrition(found.attrition),
        f"Flagging changes the share of weak transfer by {_points(found.effect)}, "
        f"{found.n_flagged:,} flagged and {found.n_held_out:,} held out. Below 0, flagging helps.",
        f"Looked at every quarter until now: {_points(found.any_time)}. {_ANSWERS[found.answer]}",
        "By quarter of the flag:",
        *(
            f"  {_name(one.quarter)}: "
            + ("too few" if one.effect is None else _points(one.effect))
            + f" ({one.n_flagged:,} flagged, {one.n_held_out:,} held out)"
            for one in found.quarters
        ),
        f"The draw: {found.draw.held_out:.1%} held out where {found.draw.expected:.1%} were set; "
        f"p_weak differs by {found.draw.p_weak.value:+.3f} between the arms, as by chance.",
        *(_of_uptake(found.uptake) if has_actions else [_NO_ACTIONS]),
        f"At this share, {found.needed[0]:,} flags show an effect of {_whole(POINTS[0])} points "
        f"and {found.needed[1]:,} one of {_whole(POINTS[1])} (80 % power); there are "
        f"{len(log.trial):,}.",
        f"Not counted: {log.n_open:,} still open, {log.n_undrawn:,} flagged while nothing was held "
        f"out, {log.n_later:,} later ones of the same draw.",
    ]


_NO_ACTIONS = (
    "No action is logged (table warning_actions), so what acting does to those helped is unknown."
)


def figures(found: Judged | NotJudged) -> dict[str, Any]:
    """Everything that was found, as plain values; quarters by their names."""
    told = asdict(found)
    if isinstance(found, Judged):
        told["answer"] = found.answer
        told["needed"] = dict(zip(map(_whole, POINTS), found.needed, strict=True))
        for one in told["quarters"]:
            one["quarter"] = _name(one["quarter"])
        told["uptake"]["naive_is_no_effect"] = told["uptake"].pop("naive")
    return told


def _how_many(found: NotJudged, log: FlagLog) -> str:
    trial = log.trial
    if found.code == "no_hold_out":
        needed = flags_needed(planned_variance(0.5, PROPOSED_SHARE, 1.0), POINTS[1])
        return f": at most {needed:,} flags then show an effect of {_whole(POINTS[1])} points"
    if found.code != "too_few" or not trial.known.any():
        return ""
    chance = np.where(trial.flagged, 1 - trial.propensity, trial.propensity)
    variance = planned_variance(
        float(trial.p_weak.mean()), float(chance.mean()), float(trial.known.mean())
    )
    needed = flags_needed(variance, POINTS[1])
    return (
        f": about {needed:,} show an effect of {_whole(POINTS[1])} points; there are {len(trial):,}"
    )


def _of_attrition(found: Attrition) -> list[str]:
    shares = f"{found.known_flagged:.0%} of the flagged and {found.known_held_out:.0%} of the rest"
    if found.lee is None or found.manski is None:
        return [f"The outcome is known of {shares}: alike, as far as chance can tell."]
    return [
        f"Careful: the outcome is known of {shares}, more unlike than by chance, so the "
        "differences below may come from who was checked.",
        f"  Effect on those who are checked either way (Lee): {100 * found.lee.low:+.1f} to "
        f"{100 * found.lee.high:+.1f} points, with chance {100 * found.lee.outer_low:+.1f} to "
        f"{100 * found.lee.outer_high:+.1f}; assuming nothing (Manski): "
        f"{100 * found.manski.low:+.1f} to {100 * found.manski.high:+.1f}.",
    ]


def _of_uptake(found: Uptake) -> list[str]:
    told = [
        f"Acted on: {found.acted_flagged:.0%} of the flagged, {found.acted_held_out:.0%} of those "
        "held out."
    ]
    if found.complier is None:
        told.append(
            "  Flagging does not clearly change who is acted on, so no effect of acting is given "
            f"(F {found.first_stage:.1f})."
        )
    else:
        told.append(
            "  Acting changes the weak share of those acted on because of a flag by "
            f"{_points(found.complier)}."
        )
    if found.naive is not None:
        told.append(
            "  NOT an effect, only who gets help: weak share of those acted on less that of the "
            f"others {100 * found.naive.value:+.1f} points."
        )
    return told


def _points(effect: Effect) -> str:
    return (
        f"{100 * effect.value:+.1f} points (95 % interval {100 * effect.low:+.1f} to "
        f"{100 * effect.high:+.1f})"
    )


def _whole(share: float) -> str:
    return f"{100 * share:.0f}"


def _name(quarter: int) -> str:
    return f"{1970 + quarter // 4}Q{quarter % 4 + 1}"
