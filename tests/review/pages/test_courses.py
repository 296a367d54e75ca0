"""A course on its four levels, with what is not known said as such."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.review.conftest import Site, publish

GOOD = {
    "course_id": "c1",
    "title": "Negotiation basics",
    "enrolled": 40,
    "completed": 30,
    "mean_exam": 71.4,
    "mean_satisfaction": 4.31,
    "transfer_rate": 0.7,
    "lift": 2.5,
    "lift_low": 1.5,
    "lift_high": 3.5,
    "cost": 12000.0,
    "benefit": None,
    "roi": None,
    "alerts": "[]",
}
ALERTS = [
    {"code": "harmful", "values": {"lift": -1.0, "lift_low": -2.0, "lift_high": -0.1}},
    {"code": "high_completion_low_lift", "values": {"completion": 0.9}},
]
BAD = GOOD | {"course_id": "c2", "title": "Data tools", "alerts": json.dumps(ALERTS)}
NEW = {"course_id": "c3", "title": "New one", "enrolled": 9, "completed": 4, "alerts": "[]"}


@pytest.fixture
def site(tmp_path: Path, make_site: Callable[..., Site]) -> Site:
    """A good course, a bad one, and one that few have completed."""
    return make_site(publish(tmp_path / "out", course_health=[GOOD, BAD, NEW]))


def test_courses_with_something_to_look_at_come_first(site: Site) -> None:
    first, _, others = site.sign_in().get("/courses").text.partition("All others")
    assert "Data tools" in first
    assert "People do worse after it than comparable people who did not take it." in first
    assert "90\xa0% complete it, and no help worth having can be seen in results." in first
    assert "Negotiation basics" in others


def test_a_course_answers_four_questions(site: Site) -> None:
    text = site.sign_in().get("/courses/c1").text
    for said in (
        "30 of 40 who enrolled have completed it.",
        "4.3 of 5 on average.",
        "71 of 100 in the exam on average.",
        "70\xa0% of those who were checked.",
        "2.5 points of performance beyond what the same people would have reached without it.",
        "The truth lies between 1.5 and 3.5 with 90 % probability.",
        "Not known: nobody has said what a point of performance is worth.",
    ):
        assert said in text


EVERY_ALERT = [
    {"code": "harmful", "values": {"own": -1.0, "own_low": -1.8, "own_high": -0.2}},
    {"code": "liked_not_used", "values": {"mean_satisfaction": 4.8, "transfer_rate": 0.3}},
    {
        "code": "exam_pass_no_transfer",
        "values": {"mean_exam": None, "level_gain": 0.8, "transfer_rate": 0.3},
    },
    {
        "code": "fading",
        "values": {
            "lift_earlier": 2.0,
            "lift_later": 0.1,
            "since": "2025-04-01",
            "transfer_earlier": 0.8,
            "transfer_later": 0.4,
        },
    },
    {"code": "redundant", "values": {"instead": "Data basics", "more_low": -1.0, "more_high": 0.5}},
    {
        "code": "outdated",
        "values": {"years": 9.0, "asked": 1.0, "beyond": 0.9, "demand": 0.3, "liking": -0.4},
    },
]
TOLD = {
    "level_n": 12,
    "level_before": 1.5,
    "level_after": 2.0,
    "satisfaction_n": 28,
    "satisfaction_low": 4.1,
    "satisfaction_high": 4.5,
    "benefit": 900.0,
    "benefit_low": 500.0,
    "benefit_high": 1300.0,
    "break_even": 160.0,
    "assumed": json.dumps(
        [
            {"code": "value_given", "values": {"value": 120.0}},
            {"code": "time_not_counted", "values": {}},
            {"code": "intangible", "values": {}},
        ]
    ),
}


def test_every_alert_and_what_money_assumes_is_said(
    tmp_path: Path, make_site: Callable[..., Site]
) -> None:
    row = GOOD | TOLD | {"alerts": json.dumps(EVERY_ALERT)}
    text = (
        make_site(publish(tmp_path / "out", course_health=[row])).sign_in().get("/courses/c1").text
    )
    for said in (
        "By its own takers alone the effect lies between -1.8 and -0.2 points.",
        "only 30\xa0% of those who were checked use it at work.",
        "Assessments rose by 0.8 levels",
        "2.0 points for those who took it before 1 April 2025, 0.1 points since.",
        "by 80\xa0% of those who were checked before, by 40\xa0% lately.",
        "“Data basics”",
        "It was opened 9 years ago.",
        "Its rating fell by 0.4 of 5.",
        "From 28 people",
        "level 1.5 before it and 2.0 after, of 12 people",
        "With 90 % probability between 500 and 1,300.",
        "a worth of 160 for a point of performance.",
        "Your organisation has said that a point of performance is worth 120.",
    ):
        assert said in text


def test_of_a_course_that_few_completed_nothing_is_told(site: Site) -> None:
    text = site.sign_in().get("/courses/c3").text
    assert "Fewer than 5 people have completed it." in text
    assert "Four questions" not in text


def test_a_course_that_is_not_there(site: Site) -> None:
    assert site.sign_in().get("/courses/none").status_code == 404


def test_the_list_finds_a_course_by_its_title(site: Site) -> None:
    text = site.sign_in().get("/courses?words=data").text
    assert "Data tools" in text
    assert "New one" not in text
