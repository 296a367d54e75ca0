"""Why performance did not move after a course: what was found, as JSON text."""

import json
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.outputs import NO_IMPROVEMENT_CAUSES
from ptml.decide.no_improvement import CAUSE_OF_SIGN, SIGNS, StalledFacts
from ptml.explain.json_text import (
    as_objects,
    filled,
    joined,
    json_lists,
    json_object,
    json_string,
    number_text,
    without_nulls,
)
from ptml.explain.words import Words

PERCENT = 100.0

# By sign: the fields of its sentence, each a fact with its scale and decimals.
_FIELDS: Mapping[str, Mapping[str, tuple[str, float, int]]] = MappingProxyType(
    {
        "denied_opportunity": {"points": ("opportunity", 1.0, 1)},
        "incident": {"hours": ("incident_hours", 1.0, 0)},
        "unit_fell": {"points": ("unit_change", -1.0, 1)},
        "high_load": {"points": ("workload", 1.0, 1)},
        "low_exam": {"exam": ("exam", 1.0, 0)},
        "below_usual": {"exam": ("exam", 1.0, 0), "difference": ("exam_above_usual", -1.0, 0)},
        "not_used": {"percent": ("check", PERCENT, 0)},
        "tasks_undone": {"due": ("tasks_due", 1.0, 0)},
        "not_required": {},
        "no_gap": {},
        "course_moves_nobody": {
            "points": ("course_lift", 1.0, 1),
            "high": ("course_lift_high", 1.0, 1),
        },
    }
)
# Causes that say by themselves what is known.
_NO_SCORES = "no_scores"
_PLAIN = ("too_early", "unclear", _NO_SCORES)


def stalled_json(
    facts: StalledFacts, signs: NDArray[np.bool_], cause: NDArray[np.int64], words: Words
) -> NDArray[np.object_]:
    """Write the evidence of each case, that for its cause first.

    Parameters
    ----------
    signs : (n, n_signs) bool
    cause : (n,) int64
        Positions in `NO_IMPROVEMENT_CAUSES`.

    Returns
    -------
    (n,) object
        A JSON list of ``{code, speaks_for, text_key, values, text}``; never empty.
    """
    named = np.array(NO_IMPROVEMENT_CAUSES)[cause]
    no_scores = np.isnan(facts.change) & (named == "unclear")
    named = np.where(no_scores, _NO_SCORES, named)
    plain = [
        _column(facts, named == name, name, "unclear" if name == _NO_SCORES else name, words)
        for name in _PLAIN
    ]
    first, then = [], []
    for k, sign in enumerate(SIGNS):
        is_main = signs[:, k] & (named == CAUSE_OF_SIGN[sign])
        # Without the results of two periods nothing is held against anybody.
        is_other = signs[:, k] & ~is_main & ~np.isin(named, ("too_early", _NO_SCORES))
        first.append(_column(facts, is_main, sign, CAUSE_OF_SIGN[sign], words))
        then.append(_column(facts, is_other, sign, CAUSE_OF_SIGN[sign], words))
    return json_lists(np.stack([*plain, *first, *then], axis=1))


def _column(
    facts: StalledFacts, holds: NDArray[np.bool_], code: str, cause: str, words: Words
) -> NDArray[np.object_]:
    column = np.full(len(facts), None, dtype=object)
    rows = np.flatnonzero(holds)
    if len(rows):
        texts = {
            name: number_text(getattr(facts, fact)[rows] * scale, decimals)
            for name, (fact, scale, decimals) in _FIELDS.get(code, {}).items()
        }
        item = json_object(
            {
                "code": [json.dumps(code)],
                "speaks_for": [json.dumps(cause)],
                "text_key": [json.dumps(code)],
                "values": json_object({k: [without_nulls(v)] for k, v in texts.items()}),
                "text": json_string(filled(words["stalled"][code], texts)),
            }
        )
        column[rows] = as_objects(joined(item, len(rows)))
    return column
