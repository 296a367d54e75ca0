import json
from typing import Any

import numpy as np
import pytest

from ptml.decide.alerts import ALERTS, AlertConfig, CourseFigures, alerts_of

MANY: dict[str, float] = dict.fromkeys(("ended", "rated", "examined", "checked"), 40.0)
NOTHING: dict[str, float] = {"lift": 0.1, "lift_low": -0.6, "lift_high": 0.8}


def alerts(**known: Any) -> dict[str, dict[str, float]]:
    """Values of the alerts of one course by code."""
    figures = CourseFigures(
        **{
            name: np.array([{**MANY, **known}.get(name, np.nan)], dtype=np.float64)
            for name in CourseFigures.__dataclass_fields__
        }
    )
    (text,) = alerts_of(figures, AlertConfig())
    return {alert["code"]: alert["values"] for alert in json.loads(text)}


def test_a_course_of_which_nothing_is_known_raises_no_alert() -> None:
    assert alerts() == {}


def test_a_course_whose_whole_interval_lies_below_zero_is_harmful() -> None:
    assert alerts(lift=-2.0, lift_low=-3.0, lift_high=-0.5) == {
        "harmful": {"lift": -2.0, "lift_low": -3.0, "lift_high": -0.5}
    }
    assert alerts(lift=-1.0, lift_low=-3.0, lift_high=0.5) == {}


def test_liked_without_lift_is_told_with_both_figures() -> None:
    found = alerts(mean_satisfaction=4.8, **NOTHING)
    assert found == {"high_satisfaction_no_lift": {"mean_satisfaction": 4.8, **NOTHING}}


def test_finished_by_most_without_lift_is_told() -> None:
    assert list(alerts(completion=0.92, **NOTHING)) == ["high_completion_low_lift"]


def test_a_lift_that_may_still_be_worthwhile_is_not_called_nothing() -> None:
    wide = {"lift": 0.1, "lift_low": -1.4, "lift_high": 1.6}
    assert alerts(mean_satisfaction=4.8, completion=0.95, **wide) == {}


def test_a_refused_lift_is_no_sign_of_none() -> None:
    assert alerts(mean_satisfaction=4.8, completion=0.95) == {}


def test_learnt_and_not_used_is_told_beside_low_use() -> None:
    assert list(alerts(transfer_rate=0.3)) == ["low_transfer"]
    found = alerts(transfer_rate=0.3, mean_exam=82.0)
    assert list(found) == ["low_transfer", "exam_pass_no_transfer"]
    assert found["exam_pass_no_transfer"] == {"mean_exam": 82.0, "transfer_rate": 0.3}


@pytest.mark.parametrize(
    ("few", "known"),
    [
        ("rated", {"mean_satisfaction": 4.8, **NOTHING}),
        ("ended", {"completion": 0.92, **NOTHING}),
        ("checked", {"transfer_rate": 0.3}),
    ],
)
def test_figures_of_few_people_raise_no_alert(few: str, known: dict[str, float]) -> None:
    assert alerts(**known) != {}
    assert alerts(**{**known, few: 9.0}) == {}


def test_the_gravest_comes_first() -> None:
    found = alerts(
        transfer_rate=0.3, mean_exam=82.0, lift=-2.0, lift_low=-3.0, lift_high=-0.5, completion=0.9
    )
    assert list(found) == [code for code in ALERTS if code in found]
    assert next(iter(found)) == "harmful"
