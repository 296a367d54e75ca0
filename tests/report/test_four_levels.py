"""Four levels side by side."""

import json

import pandas as pd

from ptml.report.alerts import alert_sentence
from ptml.report.four_levels import ASSUMED, four_levels
from ptml.report.published import PublishedTables

HEALTH = pd.DataFrame(
    {
        "course_id": ["A", "B"],
        "title": ["Liked", None],
        "enrolled": [40, 10],
        "completed": [30, 9],
        "mean_satisfaction": [4.8, None],
        "satisfaction_n": [30, None],
        "satisfaction_low": [4.6, None],
        "satisfaction_high": [4.9, None],
        "lift": [0.1, None],
        "lift_low": [-0.4, None],
        "lift_high": [0.6, None],
        "cost": [4000.0, None],
        "roi": [-0.5, None],
        "roi_low": [-0.9, None],
        "roi_high": [0.2, None],
        "alerts": ["[]", "[]"],
        "assumed": [json.dumps([{"code": "value_given", "values": {"value": 120.0}}]), None],
    }
)


def test_each_course_answers_four_questions_and_says_what_is_not_known() -> None:
    found = four_levels(PublishedTables({"course_health": HEALTH}))
    assert found is not None
    first, second = found.table.rows
    assert first[:2] == ("Liked", "4.8 of 5 (4.6 to 4.9, 30 answers)")
    assert first[4].endswith("not told from none")
    assert "cost 4,000, return" in first[5]
    assert second == (
        "B",
        "nobody was asked",
        "no exam is known",
        "nobody has checked",
        "cannot be told",
        "not known",
    )


def test_the_most_taken_are_in_sight_and_the_others_under_a_fold() -> None:
    many = pd.concat([HEALTH.iloc[[0]]] * 12, ignore_index=True)
    many["title"] = many["course_id"] = [f"C{k:02}" for k in range(12)]
    found = four_levels(PublishedTables({"course_health": many}))
    assert found is not None
    assert found.others is not None
    assert [row[0] for row in found.table.rows] == [f"C{k:02}" for k in range(10)]
    assert [row[0] for row in found.others.rows] == ["C10", "C11"]
    few = four_levels(PublishedTables({"course_health": HEALTH}))
    assert few is not None
    assert few.others is None


def test_what_is_assumed_is_said_once() -> None:
    found = four_levels(PublishedTables({"course_health": HEALTH}))
    assert found is not None
    assert found.assumed == (ASSUMED["value_given"].format(value="120.0"),)


def test_no_courses_make_no_table() -> None:
    assert four_levels(PublishedTables({})) is None


def test_fading_and_outdated_say_why() -> None:
    lift = {"lift_earlier": 2.0, "lift_later": 0.1, "since": "2025-04-01"}
    said = alert_sentence({"code": "fading", "values": lift})
    assert said == "Fades: +2.0 points for those who took it before 1 April 2025, +0.1 since."
    unasked = alert_sentence({"code": "outdated", "values": {"years": 9.2, "asked": 0.0}})
    assert "no role and no goal asks for what it teaches" in unasked
    beyond = {"years": 9.2, "asked": 1.0, "beyond": 0.9, "demand": 0.3, "liking": -0.4}
    told = alert_sentence({"code": "outdated", "values": beyond})
    assert "30\u202f% of what was to be expected" in told
    assert "rating fell by 0.4" in told


def test_a_claim_about_a_lift_says_what_its_own_takers_say() -> None:
    values = {"own": -1.0, "own_low": -1.8, "own_high": -0.2}
    said = alert_sentence({"code": "harmful", "values": values})
    assert said.endswith("the effect is \u22121.8 to \u22120.2 points.")
