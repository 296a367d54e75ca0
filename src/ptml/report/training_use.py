"""One completed training of a person in words: what speaks for and against use, then how likely."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.contracts.outputs import HOLD_OUT
from ptml.report.published import PublishedTables
from ptml.report.reasons import Reason, read_reasons
from ptml.report.sentences import step
from ptml.report.warning_quality import STAGES, stage_name
from ptml.report.wording import parsed_list, percent, span

_MOST_REASONS, _MOST_STEPS = 3, 3


@dataclass(frozen=True)
class TrainingUse:
    """The story of one completed enrolment."""

    course: str
    stands_in_the_way: tuple[str, ...]
    seen_since: tuple[str, ...]
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    estimate: str
    flagged: bool
    rules: tuple[str, ...]
    steps: tuple[str, ...]
    what_if: tuple[str, ...]
    caution: str


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
    why = [reason for reason in reasons if not reason.is_sign]
    return TrainingUse(
        course=published.title(last["course_id"]),
        stands_in_the_way=_said(reasons, "blocked"),
        seen_since=tuple(r.text for r in reasons if r.is_sign and r.effect != "neutral"),
        speaks_for=_said(why, "raises"),
        speaks_against=_said(why, "lowers"),
        estimate=_estimate(stages),
        flagged=bool(last["flagged"]),
        rules=_texts(last, "rules"),
        what_if=_texts(last, "what_if")[:_MOST_STEPS],
        caution=_caution(last),
        steps=tuple(step(item) for item in parsed_list(last["interventions"])[:_MOST_STEPS])
        if last["flagged"] or any(reason.effect == "blocked" for reason in reasons)
        else (),
    )


def _said(reasons: list[Reason], effect: str) -> tuple[str, ...]:
    return tuple([reason.text for reason in reasons if reason.effect == effect][:_MOST_REASONS])


def _texts(warning: pd.Series, column: str) -> tuple[str, ...]:
    items = parsed_list(warning[column]) if column in warning else []
    return tuple(str(item["text"]) for item in items if isinstance(item, dict) and "text" in item)


def _caution(warning: pd.Series) -> str:
    items = parsed_list(warning["what_if"]) if "what_if" in warning else []
    return str(items[0].get("caution", "")) if items else ""


def _estimate(stages: pd.DataFrame) -> str:
    said = [
        f"{percent(row['p_weak'])}{_range(row)} {stage_name(str(row['stage']))}"
        for row in stages.to_dict("records")
    ]
    return f"Estimated probability that it stays unused: {', '.join(said)}."


def _range(row: Mapping[Hashable, Any]) -> str:
    """How far the estimate moves when the model is fitted anew; empty where not published."""
    ends = span(row.get("p_low"), row.get("p_high"), percent)
    return f" ({ends})" if ends else ""
