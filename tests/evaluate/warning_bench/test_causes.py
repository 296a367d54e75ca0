"""Planted causes and what counts as naming them."""

import json

import numpy as np
import pandas as pd
import pytest

from ptml.evaluate.warning_bench import causes
from ptml.evaluate.warning_bench.causes import (
    CAUSES,
    REASON_FAMILIES,
    named_families,
    planted_causes,
)
from ptml.transfer.topics import FAMILIES

TERMS = pd.DataFrame(
    {
        "enrolment_id": ["a", "b", "c", "d"],
        "base": -1.0,
        "motivation": [2.0, 0.0, -2.0, 0.0],
        "support": [0.0, 1.0, 0.0, -1.0],
        "opportunity": [0.0, 0.7, 0.0, -1.0],
        "trouble": [0.0, 1.0, 0.0, 0.0],
        "new": [0.1, 0.0, 0.0, 0.1],
    }
)


def test_the_planted_cause_lies_furthest_above_the_organisations_mean() -> None:
    found = planted_causes(TERMS, np.array(["b", "a"], dtype=object))
    # The unit's opportunity and its machines are one cause: together more than the manager's.
    assert [CAUSES[k] for k in found.main] == ["chance to practise", "motivation"]
    mean = (1.7 - 1.0) / 4
    assert found.above[0].tolist() == pytest.approx([0.0, 1.0, 1.7 - mean, -0.05])
    assert found.lead[0] == pytest.approx(0.7 - mean)
    assert found.is_at_risk.tolist() == [True, True]
    calm = planted_causes(TERMS, np.array(["c"], dtype=object))
    assert calm.is_at_risk.tolist() == [False]


def test_only_reasons_that_raise_the_risk_and_are_shown_are_named_in_their_order() -> None:
    reasons = [("manager", 0.4, True), ("fit", 0.3, False), ("practice", 0.2, True)]
    reasons += [("manager", 0.1, True), ("course", -0.3, True)]
    text = json.dumps([{"family": f, "share": s, "clear": c} for f, s, c in reasons])
    assert named_families(text) == ["manager", "practice"]


def test_every_cause_has_a_family_that_reasons_can_be_of() -> None:
    assert set(REASON_FAMILIES) == set(CAUSES)
    for families in REASON_FAMILIES.values():
        assert families <= set(FAMILIES)
    for one in CAUSES:
        for other in CAUSES:
            assert one == other or not REASON_FAMILIES[one] & REASON_FAMILIES[other]


def test_shares_named_are_counted_beside_chance() -> None:
    given = np.array(["a", "b", "b"], dtype=object)
    planted = planted_causes(TERMS, given)
    practice = sorted(REASON_FAMILIES["chance to practise"])[0]
    motivation = sorted(REASON_FAMILIES["motivation"])[0]
    families = [[motivation], ["manager", practice], ["manager", "course", practice]]
    found = causes._named(planted, families, np.array([0, 0, 2]), np.ones(3, dtype=bool))
    assert found["cases"] == 3
    assert found["first"] == pytest.approx(1 / 3)
    assert found["first_two"] == pytest.approx(2 / 3)
    assert found["chance"] == pytest.approx(2 / 3)
    assert found["answers"] == pytest.approx(2 / 3)
    assert found["table"]["chance to practise"] == {"manager": 2}
    none = causes._named(planted, families, None, np.zeros(3, dtype=bool))
    assert none["first"] is None
    assert none["answers"] is None


def test_groups_narrow_down_to_causes_that_are_seen_and_clear() -> None:
    planted = planted_causes(TERMS, np.array(["a", "b", "c"], dtype=object))
    found = causes._groups(planted, np.array([True, False, True]))
    assert found["flagged"].tolist() == [True, True, True]
    assert found["at_risk"].tolist() == [True, True, False]
    assert found["observable"].tolist() == [True, False, False]
    assert found["clear"].tolist() == [True, False, False]
