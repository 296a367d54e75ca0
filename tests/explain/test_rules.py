"""Rules that fire, in words."""

import json
from dataclasses import replace

import numpy as np

from ptml.explain.rules import rules_json
from ptml.transfer.rules import RuleRecord

from .scores import cases, scores

RECORD = RuleRecord(np.array([[0, 0], [40, 0]]), np.array([[0, 0], [18, 0]]))


def test_rule_that_fires_is_told_with_how_often_it_was_right_however_calm_the_model() -> None:
    made = replace(cases(scores([{}, {}], base=-4.0)), ruled=np.array([[True, True], [False] * 2]))
    first, second = (json.loads(text) for text in rules_json(made, RECORD))
    assert [item["code"] for item in first] == ["completed_low_exam", "no_practice_in_30_days"]
    assert first[0]["text"] == (
        "Completed in full, and the exam below the pass mark: of 40 such completions before, 45 of "
        "100 stayed unused (range 31 to 60)."
    )
    assert (first[0]["precision"], first[0]["fired"]) == (0.45, 40)
    assert first[1]["precision"] is None
    assert "not known" in first[1]["text"]
    assert second == []
