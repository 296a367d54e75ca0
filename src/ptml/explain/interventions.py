"""What to do: a ranked list of interventions for what raises the risk, as JSON text."""

import json
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.explain.catalogue import INTERVENTIONS
from ptml.explain.families import TopicShares
from ptml.explain.json_text import as_objects, joined, json_list, json_object, number_text
from ptml.explain.reasons import SHARE_DECIMALS
from ptml.explain.sentences import Columns, Condition, above, below, known, where
from ptml.explain.topics import TOPICS, Topic
from ptml.transfer.blocking import BLOCKED_BY

Objects = NDArray[np.object_]
Doubles = NDArray[np.float64]

# More than this nobody does; a reason smaller than that is not worth a person's time.
MOST_INTERVENTIONS = 3
SMALLEST_SHARE = 0.05

# A share says that something goes with weak transfer; these say that there is something to repair.
NEEDED: Mapping[str, Condition] = MappingProxyType(
    {
        "no_practice": below("practice_tasks_done", 1),
        "mentor": below("mentor_meetings_done", 1),
        "manager_talks": below("manager_checkins_done", 1),
        "new_to_role": below("role_days", 365),
        "unit_trouble": above("incident_hours_4_quarters", 0),
        "parallel_courses": above("open_courses", 0),
        "peers": below("unit_take_rate", 0.5),
        "fading": known("days_since_last_use"),
        "too_hard": above("below_entry_levels", 0.05),
    }
)

_ACTIONABLE = tuple(k for k, topic in enumerate(TOPICS) if topic.intervention is not None)
_TOPIC_OF_OBSTACLE = {"incident": "unit_trouble", "opportunity": "no_opportunity"}


def interventions_json(
    found: TopicShares, columns: Columns, blocked_by: NDArray[np.uint8]
) -> Objects:
    """Write the interventions of each case, that for the largest share first.

    A topic counts when it raises the risk by `SMALLEST_SHARE` and there is something to do; topics
    with one intervention count once. Where something stands in the way, only the environment is
    worked on, that first.

    Parameters
    ----------
    found : TopicShares
        Of m cases.
    columns : mapping of str to (m,) float32
        The features that were seen, by name.
    blocked_by : (m,) uint8
        Codes of `BLOCKED_BY`.

    Returns
    -------
    (m,) object
        A JSON list of ``{rank, code, owner, due_days, reason, family, share, text_key, values,
        text}``.
    """
    weight = _weights(found, columns, blocked_by)
    order = np.argsort(-weight, axis=1, kind="stable")[:, :MOST_INTERVENTIONS]
    ranks = [_of_rank(found, weight, order[:, k], k + 1) for k in range(order.shape[1])]
    return as_objects(json_list(ranks, len(weight)))


def _of_rank(found: TopicShares, weight: Doubles, picked: NDArray[np.intp], rank: int) -> pa.Array:
    column = np.full(len(picked), None, dtype=object)
    for k in np.unique(picked):
        rows = np.flatnonzero((picked == k) & (weight[:, k] > 0))
        if len(rows):
            topic = TOPICS[_ACTIONABLE[k]]
            column[rows] = _items(topic, rank, found.by_topic[rows, _ACTIONABLE[k]])
    return pa.array(column, pa.string())


def _weights(found: TopicShares, columns: Columns, blocked_by: NDArray[np.uint8]) -> Doubles:
    """Rank weight by case and actionable topic; 0 = not worth an intervention."""
    weight = found.by_topic[:, _ACTIONABLE].copy()
    weight[weight < SMALLEST_SHARE] = 0.0
    topics = [TOPICS[k] for k in _ACTIONABLE]
    for k, topic in enumerate(topics):
        if topic.code in NEEDED:
            weight[~where(NEEDED[topic.code], columns, len(weight)), k] = 0.0
    personal = np.array([topic.family != "environment" for topic in topics])
    weight[np.ix_(blocked_by > 0, personal)] = 0.0
    for code, name in enumerate(BLOCKED_BY):
        if name:
            column = [topic.code for topic in topics].index(_TOPIC_OF_OBSTACLE[name])
            weight[blocked_by == code, column] = np.inf
    for same in _same_intervention(topics):
        best = np.argmax(weight[:, same], axis=1)
        is_best = np.arange(len(same)) == best[:, None]
        weight[:, same] = np.where(is_best, weight[:, same], 0.0)
    return weight


def _same_intervention(topics: list[Topic]) -> list[list[int]]:
    by_code: dict[str, list[int]] = {}
    for k, topic in enumerate(topics):
        if topic.intervention is not None:
            by_code.setdefault(topic.intervention.code, []).append(k)
    return [members for members in by_code.values() if len(members) > 1]


def _items(topic: Topic, rank: int, share: Doubles) -> Objects:
    action = topic.intervention
    if action is None:
        raise ValueError(f"topic {topic.code} has no intervention")
    item = json_object(
        {
            "rank": [str(rank)],
            "code": [json.dumps(action.code)],
            "owner": [json.dumps(action.owner)],
            "due_days": [str(action.due_days)],
            "reason": [json.dumps(topic.code)],
            "family": [json.dumps(topic.family)],
            "share": [number_text(share, SHARE_DECIMALS)],
            "text_key": [json.dumps(action.code)],
            "values": ["{}"],
            "text": [json.dumps(INTERVENTIONS[action.code])],
        }
    )
    return as_objects(joined(item, len(share)))
