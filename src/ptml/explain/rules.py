"""Which plain rules of practice fire, as JSON text, with how often they were right before."""

import json

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.explain.cases import WarnedCases
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
from ptml.transfer.rules import RULES, RuleRecord

PERCENT = 100.0


def rules_json(cases: WarnedCases, record: RuleRecord) -> NDArray[np.object_]:
    """Write the rules that fire on each case, flagged or not.

    Parameters
    ----------
    record : RuleRecord
        Of past completions, by stage.

    Returns
    -------
    (m,) object
        A JSON list of ``{code, precision, low, high, fired, text_key, values, text}``; the figures
        are null where the rule never fired on a completion whose outcome is known.
    """
    items = np.full((len(cases), len(RULES)), None, dtype=object)
    for rule in range(len(RULES)):
        for stage in np.unique(cases.stage):
            rows = np.flatnonzero(cases.ruled[:, rule] & (cases.stage == stage))
            if len(rows):
                items[rows, rule] = _items(rule, int(stage), record, cases.words, len(rows))
    return json_lists(items)


def _items(rule: int, stage: int, record: RuleRecord, words: Words, n: int) -> NDArray[np.object_]:
    found = record.precision(stage, rule)
    ends = dict(zip(("precision", "low", "high"), found or (np.nan,) * 3, strict=True))
    fired = int(record.fired[stage, rule])
    key = "unknown" if found is None else "known"
    values = {name: number_text([end * PERCENT]) for name, end in ends.items()}
    values["fired"] = pa.array([str(fired)])
    item = json_object(
        {
            "code": [json.dumps(RULES[rule])],
            **{name: [without_nulls(number_text([end], 6))] for name, end in ends.items()},
            "fired": [str(fired)],
            "text_key": [json.dumps(f"{RULES[rule]}.{key}")],
            "values": json_object({k: [without_nulls(v)] for k, v in values.items()}),
            "text": json_string(
                filled(words["rule"][RULES[rule]] + words["rule_record"][key], values)
            ),
        }
    )
    return np.repeat(as_objects(joined(item, 1)), n)
