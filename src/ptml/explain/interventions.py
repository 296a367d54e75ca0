"""What to do: a ranked list of interventions for what raises the risk, as JSON text."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.explain.cases import WarnedCases
from ptml.explain.json_text import (
    Parts,
    as_objects,
    joined,
    json_lists,
    json_object,
    json_string,
    number_text,
)
from ptml.explain.reasons import SHARE_DECIMALS
from ptml.explain.sentences import Condition, above, below, known, where
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.topics import FAMILIES, TOPIC_CODES, TOPICS

Objects = NDArray[np.object_]
Doubles = NDArray[np.float64]

# More than this nobody does; a reason smaller than that is not worth a person's time.
MOST_INTERVENTIONS = 3
SMALLEST_SHARE = 0.05

UNIT_RECORD = "unit_record"
TOPIC_OF_MATTER = {"unit": UNIT_RECORD, "incident": "unit_trouble", "opportunity": "no_opportunity"}
"""The topic that is worked on for each of `UNIT_MATTERS`."""


@dataclass(frozen=True)
class Intervention:
    """What can be done about a topic: who does it, and how soon after the warning.

    Attributes
    ----------
    topic : str
        Code of the topic that calls for it.
    owner : str
        ``manager``, ``mentor``, ``training`` or ``unit``.
    due_days : int
        From the day of the run, or the moment of the warning where that is later.
    needed : Condition or None
        A share says that something goes with weak transfer; this, that there is something to do.
    """

    topic: str
    code: str
    owner: str
    due_days: int
    needed: Condition | None = None


# Which reason calls for what follows the field (docs/methods/early-warning.md).
ACTIONS = (
    Intervention("not_learned", "remedial_unit", "training", 14),
    Intervention("crammed", "spaced_practice", "mentor", 14),
    Intervention("no_practice", "remind", "training", 7, above("practice_tasks_missed", 0)),
    Intervention("no_practice", "work_assignment", "manager", 14, below("practice_tasks_done", 1)),
    Intervention("motivation", "transfer_goal", "manager", 14),
    Intervention("new_to_role", "job_aid_buddy", "manager", 14, below("role_days", 365)),
    Intervention("manager_talks", "scripted_talk", "manager", 7, below("manager_checkins_done", 1)),
    Intervention("manager_support", "scripted_talk", "manager", 7),
    Intervention("mentor", "book_mentor", "training", 7, below("mentor_meetings_done", 1)),
    Intervention("no_opportunity", "reassign_work", "unit", 21),
    Intervention("not_used", "reassign_work", "unit", 21),
    Intervention("fading", "refresher", "training", 30, known("days_since_last_use")),
    Intervention(UNIT_RECORD, "change_workplace", "unit", 30),
    Intervention("unit_trouble", "repair_unit", "unit", 30, above("incident_hours_4_quarters", 0)),
    Intervention("workload", "protected_time", "manager", 14),
    Intervention("parallel_courses", "protected_time", "manager", 14, above("open_courses", 0)),
    Intervention("peers", "train_together", "unit", 60, below("unit_take_rate", 0.5)),
    Intervention("too_hard", "preparatory_unit", "training", 30, above("below_entry_levels", 0.05)),
    Intervention("not_needed", "choose_by_need", "training", 60),
    Intervention("course_record", "course_review", "training", 60),
)

_TOPIC = np.array([TOPIC_CODES.index(action.topic) for action in ACTIONS])
_FAMILY = np.array([FAMILIES.index(TOPICS[topic].family) for topic in _TOPIC])


def interventions_json(cases: WarnedCases) -> Objects:
    """Write the interventions of each case, that for the largest share first.

    A topic counts when it raises the risk by `SMALLEST_SHARE` and there is something to do; topics
    with one intervention count once. Where it is the unit's matter only the unit has work to do,
    that first.

    Returns
    -------
    (m,) object
        A JSON list of ``{rank, code, owner, owner_id, due_days, due_on, reason, family, share,
        text_key, values, text}``; ``owner_id`` is the manager's where the manager owns it and is
        known, else null.
    """
    weight = _weights(cases)
    order = np.argsort(-weight, axis=1, kind="stable")[:, :MOST_INTERVENTIONS]
    ranks = [_of_rank(cases, weight, order[:, k], k + 1) for k in range(order.shape[1])]
    return json_lists(np.stack(ranks, axis=1))


def _of_rank(cases: WarnedCases, weight: Doubles, picked: NDArray[np.intp], rank: int) -> Objects:
    column = np.full(len(picked), None, dtype=object)
    for k in np.unique(picked):
        rows = np.flatnonzero((picked == k) & (weight[:, k] > 0))
        if len(rows):
            column[rows] = _items(cases, ACTIONS[k], rank, rows)
    return column


def _weights(cases: WarnedCases) -> Doubles:
    """Rank weight by case and action; 0 = not worth an intervention."""
    weight = cases.topics.by_topic[:, _TOPIC].copy()
    weight[weight < SMALLEST_SHARE] = 0.0
    # What is not shown as a reason for weak use calls for nothing.
    is_reason = cases.clear & (cases.topics.by_family > 0)
    weight[~is_reason[:, _FAMILY]] = 0.0
    for k, action in enumerate(ACTIONS):
        if action.needed is not None:
            weight[~where(action.needed, cases.columns, len(weight)), k] = 0.0
    personal = np.array([action.owner != "unit" for action in ACTIONS])
    weight[np.ix_(cases.unit_matter > 0, personal)] = 0.0
    topics = [action.topic for action in ACTIONS]
    # The record of a unit is acted on where the unit is flagged for it, and nowhere else.
    weight[:, topics.index(UNIT_RECORD)] = 0.0
    for code, name in enumerate(UNIT_MATTERS):
        if name:
            weight[cases.unit_matter == code, topics.index(TOPIC_OF_MATTER[name])] = np.inf
    for same in _same_intervention():
        best = np.argmax(weight[:, same], axis=1)
        is_best = np.arange(len(same)) == best[:, None]
        weight[:, same] = np.where(is_best, weight[:, same], 0.0)
    return weight


def _same_intervention() -> list[list[int]]:
    by_code: dict[str, list[int]] = {}
    for k, action in enumerate(ACTIONS):
        by_code.setdefault(action.code, []).append(k)
    return [members for members in by_code.values() if len(members) > 1]


def _items(cases: WarnedCases, action: Intervention, rank: int, rows: NDArray[np.intp]) -> Objects:
    topic = TOPICS[TOPIC_CODES.index(action.topic)]
    share = cases.topics.by_topic[rows, TOPIC_CODES.index(action.topic)]
    item = json_object(
        {
            "rank": [str(rank)],
            "code": [json.dumps(action.code)],
            **who_and_when(cases, action, rows),
            "reason": [json.dumps(topic.code)],
            "family": [json.dumps(topic.family)],
            "share": [number_text(share, SHARE_DECIMALS)],
            "text_key": [json.dumps(action.code)],
            "values": ["{}"],
            "text": [json.dumps(cases.words["intervention"][action.code], ensure_ascii=False)],
        }
    )
    return as_objects(joined(item, len(rows)))


def who_and_when(
    cases: WarnedCases, action: Intervention, rows: NDArray[np.intp]
) -> dict[str, Parts]:
    """Owner and date of an intervention as fields of a JSON object."""
    return {
        "owner": [json.dumps(action.owner)],
        "owner_id": [_owner_id(cases, action, rows)],
        "due_days": [str(action.due_days)],
        "due_on": json_string([_dates(cases.from_day[rows] + action.due_days)]),
    }


def _owner_id(cases: WarnedCases, action: Intervention, rows: NDArray[np.intp]) -> pa.Array:
    if action.owner != "manager":
        return pa.repeat(pa.scalar("null", pa.string()), len(rows))
    names, code = np.unique(cases.manager[rows].astype(str), return_inverse=True)
    said = [json.dumps(name, ensure_ascii=False) if name else "null" for name in names.tolist()]
    return pa.array(said, pa.string()).take(pa.array(code.astype(np.int32)))


def _dates(day: NDArray[np.int32]) -> pa.Array:
    return pa.array(np.datetime_as_string(day.astype("datetime64[D]")), pa.string())
