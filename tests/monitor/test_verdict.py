"""From findings to alarms and an advice."""

import pytest

from ptml.monitor.finding import Family, Finding, Severity
from ptml.monitor.verdict import BUDGET, holm, judge


def finding(
    family: Family, p: float | None, counts: bool = True, severity: Severity = "action"
) -> Finding:
    return Finding(family, f"{family} {p}", p, counts, severity, "seen", "expected", "to do")


def test_the_budget_is_spent_once() -> None:
    assert sum(BUDGET.values()) == pytest.approx(1)


def test_broken_data_come_before_drift_and_forbid_training() -> None:
    verdict = judge([finding("features", 1e-9), finding("volume", 1e-9, True, "critical")], 0.05)
    assert verdict.advice == "fix_data"
    assert verdict.alarms[0]["family"] == "volume"
    assert "not train" in verdict.reason


@pytest.mark.parametrize(
    ("family", "advice"),
    [
        ("features", "retrain"),
        ("outcomes", "retrain"),
        ("review", "look"),
        ("lift", "look"),
        ("groups", "look"),
    ],
)
def test_the_advice_follows_what_was_found(family: Family, advice: str) -> None:
    assert judge([finding(family, 1e-9)], 0.05).advice == advice


def test_a_sure_and_small_change_is_no_alarm() -> None:
    verdict = judge([finding("values", 1e-12, counts=False)], 0.05)
    assert not verdict.action_needed
    assert verdict.advice == "none"


def test_many_tests_need_a_smaller_p() -> None:
    alone = judge([finding("values", 0.01)], 0.05)
    among = judge([finding("values", 0.01), *[finding("values", 0.9)] * 99], 0.05)
    assert alone.action_needed
    assert not among.action_needed


def test_a_rule_is_certain_and_spends_nothing() -> None:
    assert judge([finding("freshness", None)], 0.05).action_needed
    assert not judge([finding("freshness", None, counts=False)], 0.05).action_needed


def test_holm_never_lowers_a_p() -> None:
    assert (holm([0.2, 0.01, 0.9]) >= [0.2, 0.01, 0.9]).all()
