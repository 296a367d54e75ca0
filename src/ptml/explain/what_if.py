"""What would change the estimate, as JSON text: one sentence a lever, and never a promise."""

import json

import numpy as np
from numpy.typing import NDArray

from ptml.explain.cases import WarnedCases
from ptml.explain.interventions import ACTIONS, who_and_when
from ptml.explain.json_text import (
    as_objects,
    filled,
    joined,
    json_lists,
    json_object,
    json_string,
    number_text,
)
from ptml.transfer.levers import LEVERS

PERCENT = 100.0
P_DECIMALS = 6
# A smaller one would read as no change.
LEAST_CHANGE = 0.01
# Which of the interventions pulls each lever.
INTERVENTION_OF = {
    "practice_task": "work_assignment",
    "manager_checkin": "scripted_talk",
    "mentor_meeting": "book_mentor",
    "less_load": "protected_time",
}
_ACTION = {action.code: action for action in ACTIONS}


def what_if_json(cases: WarnedCases) -> NDArray[np.object_]:
    """Write what would change the estimate of each case, the largest change first.

    Returns
    -------
    (m,) object
        A JSON list of ``{lever, intervention, owner, owner_id, due_days, due_on, p_now, p_then,
        low, high, text_key, values, text, caution}``; empty where nothing is known to change it by
        a point of a hundred.
    """
    p = np.where(cases.p_weak[:, None] - cases.what_if.p >= LEAST_CHANGE, cases.what_if.p, np.nan)
    order = np.argsort(np.where(np.isnan(p), np.inf, p), axis=1, kind="stable")
    items = np.full(p.shape, None, dtype=object)
    for k in range(len(LEVERS)):
        rows = np.flatnonzero(np.isfinite(p[:, k]))
        if len(rows):
            items[rows, k] = _items(cases, k, rows)
    return json_lists(np.take_along_axis(items, order, axis=1))


def _items(cases: WarnedCases, lever: int, rows: NDArray[np.intp]) -> NDArray[np.object_]:
    name = LEVERS[lever]
    ends = {
        "p_now": cases.p_weak[rows],
        "p_then": cases.what_if.p[rows, lever],
        "low": cases.what_if.low[rows, lever],
        "high": cases.what_if.high[rows, lever],
    }
    values = {key: number_text(value * PERCENT) for key, value in ends.items()}
    item = json_object(
        {
            "lever": [json.dumps(name)],
            "intervention": [json.dumps(INTERVENTION_OF[name])],
            **who_and_when(cases, _ACTION[INTERVENTION_OF[name]], rows),
            **{key: [number_text(value, P_DECIMALS)] for key, value in ends.items()},
            "text_key": [json.dumps(name)],
            "values": json_object({key: [value] for key, value in values.items()}),
            "text": json_string(filled(cases.words["what_if"][name], values)),
            "caution": [json.dumps(cases.words["single"]["caution"], ensure_ascii=False)],
        }
    )
    return as_objects(joined(item, len(rows)))
