"""What to do about what raises the risk."""

import json
from typing import Any

import pytest

from ptml.explain.interventions import MOST_INTERVENTIONS, interventions_json
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.model import WarningScores

from .scores import cases, scores


def interventions(made: WarningScores) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads(interventions_json(cases(made))[0])
    return content


def codes(made: WarningScores) -> list[str]:
    return [item["code"] for item in interventions(made)]


def test_largest_share_comes_first_with_owner_and_day() -> None:
    made = scores([{"exam_points": 0.3, "practice_tasks_done": 1.4}])
    first, second = interventions(made)
    assert (first["rank"], first["code"], first["reason"]) == (1, "work_assignment", "no_practice")
    assert (first["owner"], first["owner_id"], first["family"]) == ("manager", "m1", "since")
    assert (first["due_days"], first["due_on"]) == (14, "2026-09-15")
    assert first["share"] == pytest.approx(1.4)
    assert first["text"] == "Give a work assignment that uses the course, with a date."
    assert (second["rank"], second["code"]) == (2, "remedial_unit")
    assert second["owner_id"] is None


def test_what_lowers_the_risk_or_hardly_raises_it_calls_for_nothing() -> None:
    assert codes(scores([{"exam_points": -2.0, "motivation_last": 0.04}])) == []


def test_one_intervention_for_two_topics_is_listed_once() -> None:
    made = scores([{"manager_checkins_done": 0.5, "manager_support_last": 0.9}])
    (only,) = interventions(made)
    assert (only["code"], only["reason"]) == ("scripted_talk", "manager_support")


def test_nothing_is_asked_for_where_there_is_nothing_to_repair() -> None:
    done = {"practice_tasks_done": 2.0}
    assert codes(scores([{"practice_tasks_done": 1.0}], [done])) == []
    assert codes(scores([{"unit_take_rate": 1.0}])) == []
    assert codes(scores([{"unit_take_rate": 1.0}], [{"unit_take_rate": 0.1}])) == ["train_together"]


def test_open_task_calls_for_a_reminder_and_none_for_an_assignment() -> None:
    late = {"practice_tasks_missed": 1.0}
    assert codes(scores([{"practice_tasks_done": 1.0}], [late])) == ["remind", "work_assignment"]
    assert codes(scores([{"practice_tasks_done": 1.0}])) == ["work_assignment"]


def test_owner_without_a_known_manager_is_left_open() -> None:
    made = scores([{"motivation_last": 1.0}])
    (told,) = json.loads(interventions_json(cases(made, manager=""))[0])
    assert (told["owner"], told["owner_id"]) == ("manager", None)


def test_list_is_short() -> None:
    every = {
        "exam_points": 1.0,
        "practice_tasks_done": 1.0,
        "motivation_last": 1.0,
        "manager_support_last": 1.0,
        "below_entry_levels": 1.0,
    }
    assert len(codes(scores([every]))) == MOST_INTERVENTIONS


@pytest.mark.parametrize(
    ("obstacle", "code"),
    [
        ("incident", "repair_unit"),
        ("opportunity", "reassign_work"),
        ("unit", "change_workplace"),
    ],
)
def test_where_the_unit_stands_in_the_way_only_the_unit_is_worked_on(
    obstacle: str, code: str
) -> None:
    made = scores([{"exam_points": 3.0}], unit_matter=[UNIT_MATTERS.index(obstacle)])
    (only,) = interventions(made)
    assert (only["code"], only["owner"]) == (code, "unit")


def test_topics_that_have_no_intervention_are_no_lever() -> None:
    assert codes(scores([{"course_hours": 2.0}])) == []
