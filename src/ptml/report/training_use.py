"""One completed training of a person in words: what speaks for and against use, then how likely."""

from dataclasses import dataclass

import pandas as pd

from ptml.contracts.outputs import HOLD_OUT
from ptml.report.published import PublishedTables
from ptml.report.reasons import Reason, read_reasons
from ptml.report.sentences import step
from ptml.report.warning_quality import STAGES, stage_name
from ptml.report.wording import parsed_list, percent

_MOST_REASONS, _MOST_STEPS = 3, 3


@dataclass(frozen=True)
class TrainingUse:
    """The story of one completed enrolment."""

    course: str
    stands_in_the_way: tuple[str, ...]
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    estimate: str
    flagged: bool
    steps: tuple[str, ...]


def training_use(published: PublishedTables, warnings: pd.DataFrame) -> TrainingUse | None:
    """Tell the person's flagged enrolment, or else the last by id; None without any.

    What a draw holds out of the flags is not told: whoever reads of it would help.
    """
    if "arm" in warnings:
        warnings = warnings[warnings["arm"].ne(HOLD_OUT)]
    if warnings.empty:
        return None
    order = {stage: i for i, stage in enumerate(STAGES)}
    ranked = warnings.assign(
        order=warnings["stage"].map(order).fillna(len(order)), flagged=warnings["flagged"].eq(True)
    ).sort_values(["enrolment_id", "order"], kind="stable")
    flagged = ranked[ranked["flagged"]]
    enrolment = (flagged if not flagged.empty else ranked)["enrolment_id"].iloc[-1]
    stages = ranked[ranked["enrolment_id"] == enrolment]
    last = stages.iloc[-1]
    reasons = [reason for reason in read_reasons(last["reasons"]) if reason.text]
    return TrainingUse(
        course=published.title(last["course_id"]),
        stands_in_the_way=_said(reasons, "blocked"),
        speaks_for=_said(reasons, "raises"),
        speaks_against=_said(reasons, "lowers"),
        estimate=_estimate(stages),
        flagged=bool(last["flagged"]),
        steps=tuple(step(item) for item in parsed_list(last["interventions"])[:_MOST_STEPS])
        if last["flagged"] or any(reason.effect == "blocked" for reason in reasons)
        else (),
    )


def _said(reasons: list[Reason], effect: str) -> tuple[str, ...]:
    return tuple([reason.text for reason in reasons if reason.effect == effect][:_MOST_REASONS])


def _estimate(stages: pd.DataFrame) -> str:
    said = [
        f"{percent(p)} {stage_name(str(stage))}"
        for stage, p in zip(stages["stage"], stages["p_weak"], strict=True)
    ]
    return f"Estimated probability that it stays unused: {', '.join(said)}."
