"""Whether lifts hold in later quarters, what a boosted stage finds, what grows or spills over."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.lift.boosted_stage import BoostedStage
from ptml.lift.checks.held_out import above, beats
from ptml.lift.checks.rows import check, metric
from ptml.lift.forward import time_split
from ptml.lift.learning import Learnt, held_out_predictions
from ptml.lift.pooled import Figure
from ptml.lift.spillover import Spillover

FloatArray = NDArray[np.float64]

FEWEST_STARTS = 50


def forward_check(learnt: Learnt) -> Evidence:
    """Effects of early decisions, held against later decisions of other people."""
    split = time_split(learnt.study.setting.panel.quarter, learnt.study.setting.grid.reach)
    if split is None:
        return check("forward_in_time", None, 0.0, None, "Too few quarters to hold some back.")
    compared, quarter = learnt.compared, learnt.study.quarter
    evidence = compared.evidence
    early, late = split.early(quarter), split.late(quarter)
    n_starts = min(int((side & evidence.contrast.is_taker).sum()) for side in (early, late))
    if n_starts < FEWEST_STARTS:
        few = f"Fewer than {FEWEST_STARTS} courses were started early, or late."
        return check("forward_in_time", None, 0.0, None, few)
    by_part = compared.held_out(compared.moments(early), early)
    level, personal = held_out_predictions(evidence, by_part, learnt.effects.centre)
    predicted = level + personal
    gain = beats(evidence.only(late), compared.y, predicted, np.zeros(len(quarter)))
    return check(
        "forward_in_time",
        gain.value,
        0.0,
        above(gain),
        "Orthogonal loss of no lift at all, less that of effects learnt from decisions up to "
        f"quarter {split.last_early + 1} of the data, judged on other people's decisions from "
        f"quarter {split.first_late + 1} on, points squared a start.",
        figure=gain,
    )


def stage_metrics(stages: Mapping[str, BoostedStage], used: str) -> list[Evidence]:
    """What held-out people say of each boosted stage."""
    return [
        metric(
            f"boosted_{kind}_slope",
            Figure(stage.support.slope, stage.support.error),
            f"Slope of what is seen on what the boosted {kind.upper()}-learner finds beyond linear "
            "effects, on people that it was not learnt from; believed to a share of "
            f"{stage.support.shrinkage:.2f}{'' if kind == used else ', and not used'}.",
        )
        for kind, stage in stages.items()
    ]


def growth_metric(growth: Figure) -> Evidence:
    """What takers grow more than others without any course."""
    return metric(
        "growth_of_takers",
        growth,
        "Points that takers grow more than comparable people from base to outcome without any "
        "course, by changes in other quarters of the same people; taken out of all lifts as far as "
        "it is told from none.",
    )


def spillover_metric(found: Spillover) -> Evidence:
    """What colleagues' courses add to a person."""
    figure = Figure(found.value, found.error)
    what = (
        "Points that a person gains for each point of the mean lift of what colleagues of the team "
        "started in the same quarter; "
    )
    if not np.isfinite(found.error):
        note = what + "unknown: no team is known in which anybody started a course."
        return Evidence("lift", "metric", "spillover", payload={"note": note})
    if found.is_clear:
        return metric("spillover", figure, what + "taken out of the outcomes.")
    told = (
        "negative, so that teams which start many are in for something"
        if figure.high < 0
        else ("not told from none")
    )
    return metric("spillover", figure, f"{what}{told}, and left in.")
