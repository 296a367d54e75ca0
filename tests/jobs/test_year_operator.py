"""The operator of the scripted year follows what the tools said, whatever is true."""

from datetime import date
from itertools import pairwise
from typing import Any

from ptml.jobs.year_calendar import months
from ptml.jobs.year_operator import Operator

DAY, LATER = date(2026, 6, 1), date(2026, 6, 3)


def _look(advice: str) -> dict[str, Any]:
    alarm = {"severity": "critical", "subject": "performance", "seen": "too large"}
    return {"advice": advice, "alarms": [] if advice == "none" else [alarm]}


def _promoted(before: str | None = "a") -> dict[str, Any]:
    return {"promoted": True, "champion_before": before}


def test_broken_data_on_the_first_look_after_a_promotion_take_it_back() -> None:
    operator = Operator()
    operator.promotion(_promoted(), DAY)
    reason = operator.look(_look("fix_data"), LATER)
    assert reason is not None
    assert "trained on 2026-06-01" in reason


def test_a_quiet_look_clears_a_promotion_for_good() -> None:
    operator = Operator()
    operator.promotion(_promoted(), DAY)
    assert operator.look(_look("none"), LATER) is None
    assert operator.look(_look("fix_data"), LATER) is None


def test_there_is_no_way_back_from_the_first_champion() -> None:
    operator = Operator()
    operator.promotion(_promoted(before=None), DAY)
    assert operator.look(_look("fix_data"), LATER) is None


def test_open_alarms_about_the_data_reach_the_next_promotion_and_no_other() -> None:
    operator = Operator()
    operator.look(_look("fix_data"), LATER)
    assert operator.data_alarms == ["performance: too large"]
    operator.look(_look("retrain"), LATER)
    assert operator.data_alarms == []
    assert "has asked for it since 2026-06-03" in operator.why(8)


def test_a_year_has_a_look_every_week_across_months() -> None:
    looks = [look for month in months(12) for look in month.looks]
    assert {(after - look).days for look, after in pairwise(looks)} == {7}
    assert {len(month.looks) for month in months(12)} == {4, 5}
