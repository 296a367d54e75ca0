"""Hold the newest outcomes out: choose settings and form of the model, and see what it says."""

from dataclasses import dataclass

import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.transfer.calibration import sigmoid
from ptml.transfer.cases import LabelledCases, fit_split
from ptml.transfer.checked import Selection, fit_selection
from ptml.transfer.closed_cases import ClosedCases
from ptml.transfer.completions import STAGES
from ptml.transfer.config import WarningConfig
from ptml.transfer.held_out import HeldOut
from ptml.transfer.labels import Labels
from ptml.transfer.learner import Fitted, chosen_form
from ptml.transfer.splits import Split, time_split
from ptml.transfer.threshold import stage_thresholds
from ptml.transfer.tuning import tune_warning


@dataclass(frozen=True, eq=False)
class Backtest:
    """What the held-out time has taught.

    Attributes
    ----------
    config : WarningConfig
        With the settings that were chosen.
    is_joint : bool
        Whether one booster serves both stages.
    held_out : HeldOut or None
        None where the history is too short to hold anything out.
    """

    config: WarningConfig
    is_joint: bool
    held_out: HeldOut | None
    evidence: tuple[Evidence, ...]


def backtest(
    labelled: LabelledCases,
    labels: Labels,
    closed: ClosedCases,
    selection: Selection,
    as_of_day: int,
    config: WarningConfig,
    seed: int,
    share: float,
) -> Backtest:
    """Fit without the newest outcomes and score them.

    Parameters
    ----------
    closed : ClosedCases
        Those before the held-out time say who is checked, for what is fitted here.
    selection : Selection
        Who is checked, as of the day: says what held-out outcomes stand for.
    share : float
        Share of completions that can be looked into.
    """
    split = time_split(labels, as_of_day, config, has_test=True)
    reason = too_few(labels, as_of_day, split, config)
    if reason is not None:
        return Backtest(config, False, None, (_not_held_out(reason),))
    past = weighted_as_of(labelled, closed, split.calibrate.end, config, seed)
    tuned = tune_warning(past, split, config, seed)
    config = tuned.config
    forms = {form: fit_split(past, split, config, seed, is_joint=form) for form in (True, False)}
    is_joint, losses = chosen_form(forms, past.cases(), config)
    setting = Evidence(
        "transfer",
        "setting",
        "form",
        payload={
            "chosen": "one model for both stages" if is_joint else "one model for each stage",
            "log_loss": {name: round(loss, 5) for name, loss in losses.items()},
        },
    )
    held_out = _held_out(labelled.weighted(selection), forms[is_joint], split, config, share)
    return Backtest(config, is_joint, held_out, (tuned.evidence, setting))


def thresholds(
    fitted: Fitted, labelled: LabelledCases, config: WarningConfig, share: float
) -> tuple[float, ...]:
    """Threshold of each stage, from completions that were held out of what scored them."""
    row = fitted.row
    # Rows come stage after stage, the same completions in each.
    n_completions = max(len(labelled.stage) // len(STAGES), 1)
    return stage_thresholds(
        sigmoid(fitted.log_odds),
        labelled.blocked[row],
        labelled.stage[row],
        row % n_completions,
        share,
        config.cost_of_miss,
        None if labelled.weight is None else labelled.weight[row],
    )


def weighted_as_of(
    labelled: LabelledCases, closed: ClosedCases, day: int, config: WarningConfig, seed: int
) -> LabelledCases:
    """Weigh by who was checked of those who completed before a day, if outcomes are weighed."""
    if config.label_weights == "none":
        return labelled
    before = closed.take(closed.completed < day)
    return labelled.weighted(fit_selection(before, config.checked, seed))


def too_few(labels: Labels, as_of_day: int, split: Split, config: WarningConfig) -> str | None:
    """Say in one sentence why a split cannot be learnt from; None where it can."""
    known = labels.known_at(as_of_day)
    for name, span in (("train", split.train), ("calibrate", split.calibrate)):
        rows = known & span.holds(labels.completed)
        n_weak, n_sound = int((rows & labels.weak).sum()), int((rows & ~labels.weak).sum())
        if min(n_weak, n_sound) < config.min_of_each_class:
            return (
                f"{n_weak} weak and {n_sound} sound completions to {name} on, "
                f"{config.min_of_each_class} of each are needed"
            )
    return None


def _held_out(
    labelled: LabelledCases,
    fitted: Fitted,
    split: Split,
    config: WarningConfig,
    share: float,
) -> HeldOut:
    rows = labelled.within(split.test)
    x, stage = labelled.features.values[rows], labelled.stage[rows]
    p_weak = sigmoid(fitted.classifier.log_odds(x, stage, config.num_threads))
    bounds = np.array(thresholds(fitted, labelled, config, share))
    blocked = labelled.blocked[rows]
    return HeldOut(
        employee=labelled.employee[rows],
        stage=stage,
        p_weak=p_weak,
        weak=labelled.weak[rows],
        flagged=(p_weak >= bounds[stage]) & ~blocked,
        blocked=blocked,
        exam_points=labelled.features.column("exam_points")[rows],
        weight=None if labelled.weight is None else labelled.weight[rows],
        first_day=split.test.start,
        last_day=split.test.end - 1,
    )


def _not_held_out(reason: str) -> Evidence:
    note = f"Too short a history to hold anything out: {reason}."
    return Evidence("transfer", "check", "held_out", verdict="not_judged", payload={"note": note})
