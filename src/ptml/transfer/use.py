"""Features of use at work so far: tasks, talks, mentor meetings, tools. Never the checks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.features.registry import Columns, Family, Feature, Group
from ptml.features.windows import EventLog, expand
from ptml.transfer.completions import DAYS_TO_MOMENT
from ptml.transfer.view import CompletionView

Doubles = NDArray[np.float64]

# Behaviour checks make the label; a feature made of them would foretell the past.
_FAMILIES: dict[str, Family] = {
    "practice_task": "learning",
    "mentor_meeting": "manager",
    "manager_checkin": "manager",
}
TOOL_USE = EVIDENCE_KINDS.index("tool_use")


@dataclass(frozen=True, eq=False)
class Seen:
    """Evidence rows that were known at the moment, (k,) each, one a completion and row.

    Attributes
    ----------
    query : int64
        Position of the completion.
    row : int64
        Position in the evidence log.
    is_done : bool
        Done before the moment; else it was due before it and not done.
    """

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    is_done: NDArray[np.bool_]


def _columns(view: CompletionView) -> Columns:
    seen = _seen(view)
    columns: dict[str, NDArray[np.generic]] = {}
    for name in _FAMILIES:
        columns |= _kept_promises(view, seen, name)
    return {
        **columns,
        **_tool_use(view, seen),
        "days_after_completion": np.array(DAYS_TO_MOMENT)[view.completions.stage] - 1,
    }


def _seen(view: CompletionView) -> Seen:
    log = view.history.evidence
    of_enrolment = EventLog.of(log.enrolment, np.zeros(len(log), dtype=np.int32))
    always = np.ones(len(view.enrolment), dtype=np.int32)
    query, event = expand(of_enrolment.before(view.enrolment, always))
    row = of_enrolment.source[event]
    is_done = log.done[row] < view.rows.day[query]
    is_known = is_done | (log.due[row] < view.rows.day[query])
    return Seen(query[is_known], row[is_known], is_done[is_known])


def _kept_promises(view: CompletionView, seen: Seen, name: str) -> dict[str, Doubles]:
    of_kind = view.history.evidence.kind[seen.row] == EVIDENCE_KINDS.index(name)
    due = _count(view, seen.query[of_kind])
    done = _count(view, seen.query[of_kind & seen.is_done])
    return {
        f"{name}s_due": due,
        f"{name}s_done": done,
        f"{name}s_missed": due - done,
        f"{name}_score_mean": _mean_score(view, seen, of_kind),
    }


def _tool_use(view: CompletionView, seen: Seen) -> dict[str, Doubles]:
    of_kind = (view.history.evidence.kind[seen.row] == TOOL_USE) & seen.is_done
    query = seen.query[of_kind]
    day = view.history.evidence.done[seen.row[of_kind]].astype(np.float64)
    first = np.full(len(view.rows), np.inf)
    last = np.full(len(view.rows), -np.inf)
    np.minimum.at(first, query, day)
    np.maximum.at(last, query, day)
    used = np.isfinite(first)
    return {
        "tool_uses": _count(view, query),
        "tool_use_score_mean": _mean_score(view, seen, of_kind),
        "days_to_first_use": np.where(used, first - view.completed, np.nan),
        "days_since_last_use": np.where(used, view.rows.day - last, np.nan),
    }


def _count(view: CompletionView, query: NDArray[np.int64]) -> Doubles:
    return np.bincount(query, minlength=len(view.rows)).astype(np.float64)


def _mean_score(view: CompletionView, seen: Seen, of_kind: NDArray[np.bool_]) -> Doubles:
    score = view.history.evidence.score[seen.row].astype(np.float64)
    counts = of_kind & seen.is_done & np.isfinite(score)
    n = _count(view, seen.query[counts])
    total = np.bincount(seen.query[counts], score[counts], minlength=len(view.rows))
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _promise(name: str, family: Family) -> tuple[Feature, ...]:
    words = name.replace("_", " ") + "s"
    return (
        Feature(f"{name}s_due", "count", family, f"The course's {words} done, or due by then."),
        Feature(f"{name}s_done", "count", family, f"The course's {words} done."),
        Feature(f"{name}s_missed", "count", family, f"The course's {words} due and not done."),
        Feature(f"{name}_score_mean", "0-1", family, f"Mean score of the {words} done."),
    )


USE: Group[CompletionView] = Group(
    (
        *(feature for name, family in _FAMILIES.items() for feature in _promise(name, family)),
        Feature("tool_uses", "count", "environment", "Uses at work on record."),
        Feature("tool_use_score_mean", "0-1", "environment", "Mean score of these uses."),
        Feature("days_to_first_use", "days", "environment", "From completion to the first use."),
        Feature("days_since_last_use", "days", "environment", "Since the last use at work."),
        Feature("days_after_completion", "days", "course", "0 or 30: the stage."),
    ),
    _columns,
)
