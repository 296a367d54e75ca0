from typing import Any

import pandas as pd
import pytest

from ptml.report.absence import Absent
from ptml.report.course_lift import REFUSALS, CourseLifts, course_lifts
from ptml.report.findings import Findings
from ptml.report.published import PublishedTables

from .published import evidence

CURVE = {
    "course_id": ["A", "B", "C", "D", "E"],
    "title": ["Helps", "Harms", "Unclear", None, "Alike"],
    "lift": [2.0, -1.5, 0.4, None, None],
    "low": [0.5, -2.6, -0.8, None, None],
    "high": [3.5, -0.4, 1.6, None, None],
    "takers": [200, 90, 60, 3, 400],
    "status": ["ok", "ok", "ok", "too_few", "no_overlap"],
}


def _lifts(tables: dict[str, pd.DataFrame]) -> CourseLifts | Absent:
    published = PublishedTables(tables)
    return course_lifts(published, Findings.read(published.table("evidence")))


def _curve(payload: dict[str, Any]) -> dict[str, pd.DataFrame]:
    row = {"model": "lift", "kind": "curve", "name": "course_lift", "payload": payload}
    return {"evidence": evidence([row])}


def test_the_interval_decides_and_refused_courses_say_why() -> None:
    lifts = _lifts(_curve(CURVE))
    assert isinstance(lifts, CourseLifts)
    assert lifts.n == {"helps": 1, "harms": 1, "unclear": 1, "refused": 2}
    assert lifts.headline == "1 of 5 courses clearly help, 1 does harm."
    assert [(r.title, r.why.split()[0]) for r in lifts.refusals] == [
        ("Alike", "those"),
        ("D", "too"),
    ]
    assert "“Harms” (\u22121.5; \u22122.6 to \u22120.4) does harm." in lifts.named


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("no_history", "performance score"),
        ("placebo_failed", "before they decided"),
        ("designs_disagree", "contradict"),
        ("inseparable", "together with another"),
    ],
)
def test_each_status_without_a_lift_has_a_reason_in_words(status: str, word: str) -> None:
    lifts = _lifts(_curve({**CURVE, "status": ["ok", "ok", "ok", status, status]}))
    assert isinstance(lifts, CourseLifts)
    assert all(word in refusal.why for refusal in lifts.refusals)


def test_rows_stand_from_the_highest_lift_to_the_lowest() -> None:
    lifts = _lifts(_curve(CURVE))
    assert isinstance(lifts, CourseLifts)
    assert lifts.figure is not None
    assert [row[0] for row in lifts.figure.numbers.rows] == ["Helps", "Unclear", "Harms"]


def test_courses_that_the_model_does_not_name_are_counted_as_not_judged() -> None:
    health = pd.DataFrame({"course_id": ["A", "M"], "title": ["Helps", "Fire drill"]})
    lifts = _lifts({**_curve(CURVE), "course_health": health})
    assert isinstance(lifts, CourseLifts)
    assert lifts.n["refused"] == 3
    assert ("Fire drill", "no estimate was published") in [(r.title, r.why) for r in lifts.refusals]


def test_without_the_curve_course_health_and_the_lift_table_say_the_same() -> None:
    health = pd.DataFrame(
        {
            "course_id": ["A", "D"],
            "title": ["Helps", "Rare"],
            "lift": [2.0, None],
            "lift_low": [0.5, None],
            "lift_high": [3.5, None],
        }
    )
    pairs = pd.DataFrame(
        {
            "employee_id": ["e1", "e2", "e1"],
            "course_id": ["A", "A", "D"],
            "support": [180, 200, 3],
            "status": ["ok", "too_few", "too_few"],
        }
    )
    lifts = _lifts({"course_health": health, "lift": pairs})
    assert isinstance(lifts, CourseLifts)
    assert lifts.n == {"helps": 1, "harms": 0, "unclear": 0, "refused": 1}
    assert [(r.title, r.takers) for r in lifts.refusals] == [("Rare", "under 5 takers")]


def test_harmful_courses_are_kept_when_the_page_has_no_room_for_all() -> None:
    n = 500
    payload = {
        "course_id": [f"C{i}" for i in range(n)],
        "title": [f"Course {i}" for i in range(n)],
        "lift": [-0.1] + [0.3] * (n - 1),
        "low": [-0.15] + [-0.5] * (n - 1),
        "high": [-0.05] + [1.1] * (n - 1),
        "takers": [50] * n,
        "status": ["ok"] * n,
    }
    lifts = _lifts(_curve(payload))
    assert isinstance(lifts, CourseLifts)
    assert lifts.figure is not None
    assert lifts.figure.numbers.rows[-1][0] == "Course 0"
    assert len(lifts.figure.numbers.rows) + lifts.n_left_out == n


def test_a_curve_whose_lists_do_not_fit_is_not_drawn() -> None:
    assert isinstance(_lifts(_curve({**CURVE, "lift": [1.0]})), Absent)


def test_all_refused_is_a_finding_and_not_an_absence() -> None:
    refused = {**CURVE, "lift": [None] * 5, "status": ["too_few"] * 5}
    lifts = _lifts(_curve(refused))
    assert isinstance(lifts, CourseLifts)
    assert lifts.figure is None
    assert lifts.headline.startswith("None of 5 courses can be judged")


def test_an_estimate_of_few_takers_is_one_of_courses_alike_and_not_judged() -> None:
    lifts = _lifts(_curve({**CURVE, "takers": [4, 90, 60, 3, 400]}))
    assert isinstance(lifts, CourseLifts)
    assert lifts.n == {"helps": 0, "harms": 1, "unclear": 1, "refused": 3}
    assert ("Helps", REFUSALS["too_few"]) in [(r.title, r.why) for r in lifts.refusals]
