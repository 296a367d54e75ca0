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
    assert "90\xa0% complete it, and no effect on results can be told." in first
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
