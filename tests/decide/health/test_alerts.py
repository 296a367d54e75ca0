"""What is named, with which figures, and what is not."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ptml.decide.health.age import Age
from ptml.decide.health.alerts import ALERTS, alerts_of, raised
from ptml.decide.health.config import AlertConfig
from ptml.decide.health.evidence import CourseLift
from ptml.decide.health.fading import Fading
from ptml.decide.health.twins import Twins

from .catalogues import column, figures

CONFIG = AlertConfig()


def alerts(**known: Any) -> dict[str, dict[str, Any]]:
    """Values of the alerts of one course by code."""
    (text,) = alerts_of(figures(**known), CONFIG)
    return {alert["code"]: alert["values"] for alert in json.loads(text)}


def test_a_course_of_which_nothing_is_known_raises_no_alert() -> None:
    assert alerts() == {}


def test_a_course_whose_takers_clearly_fall_behind_is_harmful() -> None:
    found = alerts(lift=[-2.0], error=0.5)
    assert list(found) == ["harmful"]
    assert found["harmful"]["own_high"] == pytest.approx(-2 + 1.645 * 0.5, abs=1e-3)
    assert alerts(lift=[-0.5], error=0.5) == {}


def test_what_would_name_one_course_does_not_name_it_among_many() -> None:
    doubtful, usual = [-0.9], [-0.1] * 40
    alone = raised(figures(1, doubtful, error=0.5), CONFIG)["harmful"]
    among = raised(figures(41, doubtful + usual, error=0.5), CONFIG)["harmful"]
    assert alone[0]
    assert not among.any()


def test_liked_without_lift_is_told_with_both_figures() -> None:
    found = alerts(satisfaction=4.8, lift=[-0.1], error=0.4)
    assert list(found) == ["high_satisfaction_no_lift"]
    assert found["high_satisfaction_no_lift"]["mean_satisfaction"] == 4.8


def test_finished_by_most_without_lift_is_told() -> None:
    assert list(alerts(completion=0.92, lift=[-0.1])) == ["high_completion_low_lift"]


def test_a_lift_that_may_still_be_worthwhile_is_not_called_nothing() -> None:
    assert alerts(satisfaction=4.8, completion=0.95, lift=[0.1], error=0.9) == {}


def test_a_lift_that_is_small_and_clear_is_not_called_nothing() -> None:
    assert alerts(satisfaction=4.8, completion=0.95, lift=[0.3], error=0.1) == {}


def test_what_is_shown_as_helping_is_not_called_nothing() -> None:
    shown = CourseLift(column(0.9), column(0.2), column(1.6))
    assert alerts(satisfaction=4.8, completion=0.95, lift=[-0.1], lifts=shown) == {}


def test_a_refused_lift_is_no_sign_of_none() -> None:
    assert alerts(satisfaction=4.8, completion=0.95) == {}


def test_learnt_or_liked_and_not_used_is_told_beside_low_use() -> None:
    assert list(alerts(transfer=0.2)) == ["low_transfer"]
    assert list(alerts(transfer=0.2, satisfaction=4.9)) == ["low_transfer", "liked_not_used"]
    by_exam = alerts(transfer=0.2, exam=82.0)
    assert list(by_exam) == ["low_transfer", "exam_pass_no_transfer"]
    assert by_exam["exam_pass_no_transfer"]["mean_exam"] == 82.0
    assert "exam_pass_no_transfer" in alerts(transfer=0.2, gain=1.0)


def test_use_that_may_be_half_after_all_is_not_named() -> None:
    assert alerts(transfer=0.45, exam=82.0, satisfaction=4.9) == {}


@pytest.mark.parametrize(
    "known",
    [
        {"satisfaction": 4.8, "lift": [-0.1]},
        {"completion": 0.92, "lift": [-0.1]},
        {"transfer": 0.1},
    ],
)
def test_figures_of_few_people_raise_no_alert(known: dict[str, Any]) -> None:
    assert alerts(**known) != {}
    assert alerts(**known, people=9) == {}


def test_fading_tells_what_fell() -> None:
    fell = np.array([True])
    fading = Fading(
        column(2.0), column(0.1), column(0.8), column(0.7), fell, ~fell, column(0.0001), column(0.4)
    )
    found = alerts(fading=fading)["fading"]
    assert found == {"lift_earlier": 2.0, "lift_later": 0.1, "since": "2025-04-01"}


def test_a_redundant_course_names_the_other_one() -> None:
    twins = Twins(np.array([1, -1]), column(0.001, None), column(0.1, None), column(0.2, None))
    (first, second) = alerts_of(figures(2, twins=twins), CONFIG)
    (found,) = json.loads(first)
    assert (found["code"], found["values"]["instead"], second) == ("redundant", "C1", "[]")


def test_an_old_course_that_nobody_asks_for_is_outdated() -> None:
    age = Age(column(9.0), column(0.0), *(column(None),) * 5)
    found = alerts(age=age)["outdated"]
    assert found == {"years": 9.0, "asked": 0.0, "beyond": None, "demand": None, "liking": None}
    assert alerts(age=replace(age, asked=column(0.4))) == {}
    assert alerts(age=replace(age, years=column(1.0))) == {}


def test_an_old_course_below_what_people_have_needs_a_fall_too() -> None:
    figures_of = (9.0, 1.0, 0.9, 0.4, -0.5, 0.001, 0.4)
    beyond = Age(*(column(value) for value in figures_of))
    assert "outdated" in alerts(age=beyond)
    assert "outdated" in alerts(age=replace(beyond, p_demand=column(0.4), p_liking=column(0.01)))
    assert "outdated" not in alerts(age=replace(beyond, p_demand=column(0.4)))
    # However surely it fell, it did not fall by much.
    assert "outdated" not in alerts(age=replace(beyond, demand=column(0.9)))
    assert "outdated" not in alerts(age=replace(beyond, beyond=column(0.5)))


def test_the_gravest_comes_first() -> None:
    found = alerts(transfer=0.1, exam=82.0, lift=[-2.0], completion=0.9, satisfaction=4.9)
    assert list(found) == [code for code in ALERTS if code in found]
    assert next(iter(found)) == "harmful"
