"""What the choice of who gets checked looks like as evidence."""

import json

import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.evaluate.checked_evidence import checked_evidence
from tests.transfer.choosing import CONFIG, chosen_cases, examined


def evidence(n: int = 6000, seen: float = 1.0) -> dict[str, Evidence]:
    cases, _ = chosen_cases(n, seen=seen)
    rows = checked_evidence(examined(cases), CONFIG, np.random.default_rng(1))
    return {row.name: row for row in rows}


def test_a_choice_that_can_be_foretold_is_said_to_be() -> None:
    row = evidence()["checked_auc"]
    assert row.low is not None
    assert row.low > 0.6
    assert row.payload["completions"] == 6000


def test_checks_at_random_are_a_coin_toss() -> None:
    row = evidence(seen=0)["checked_auc"]
    assert row.low is not None
    assert row.high is not None
    assert row.low < 0.51
    assert row.high < 0.55


def test_the_feature_that_decides_differs_most_and_less_once_weighted() -> None:
    payload = evidence()["checked_differences"].payload
    assert payload["feature"][0] == "manager_support_last"
    assert abs(payload["after"][0]) < abs(payload["before"][0]) / 3


def test_weights_cost_cases() -> None:
    some, none = evidence()["checked_overlap"], evidence(seen=0)["checked_overlap"]
    assert some.value is not None
    assert none.value is not None
    assert some.value < 0.95 < none.value
    assert 0 < some.payload["smallest_probability"] < some.payload["first_percentile"]


def test_every_share_has_its_ends_and_all_is_json() -> None:
    found = evidence()
    for name in ("as_checked", "reweighted", "within_factor", "worst_case"):
        row = found[f"weak_share_{name}"]
        assert row.low is not None
        assert row.high is not None
        assert row.low < row.payload["bounds"][0] <= row.payload["bounds"][1] < row.high
    assert found["weak_share_within_factor"].payload["gamma"] == CONFIG.gamma
    json.dumps([row.payload for row in found.values()])
