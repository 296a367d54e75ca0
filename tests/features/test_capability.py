"""Portraits: what an assessment, its source, its age and other people's levels do to a level."""

import numpy as np
import pytest

from ptml.features.assessed import HALF_LIFE_DAYS, TEST_SD_LEVELS
from ptml.features.capability import Capability, capability
from ptml.features.days import NEVER
from ptml.features.prior import LARGEST_SD_LEVELS
from ptml.features.taught import taught

from .small import Row, assessment, assignment, day_of, enrolment, loaded, rows_of

SKILL = [{"competency_id": "negotiation", "name": "Negotiation"}]
DAY = "2024-07-02"


def portrait(day: str = DAY, /, **tables: list[Row]) -> Capability:
    history, shared = loaded(competencies=SKILL, **tables)
    return capability(history, shared, rows_of(history, day, "ann"))


def level(day: str = DAY, /, **tables: list[Row]) -> float:
    return float(portrait(day, **tables).level[0, 0])


def test_nobody_assessed_is_an_unknown_level() -> None:
    found = portrait()
    assert np.isnan(found.level).all()
    assert np.isnan(found.se).all()
    assert found.last_assessed[0, 0] == NEVER


def test_a_first_test_is_the_level_until_others_are_known() -> None:
    found = portrait("2024-06-12", assessments=[assessment(3.0, "2024-06-11")])
    assert found.level[0, 0] == 3
    assert found.se[0, 0] == pytest.approx(TEST_SD_LEVELS, rel=1e-3)
    assert found.n_assessments[0, 0] == 1


def test_an_assessment_is_not_seen_on_its_own_day() -> None:
    assert np.isnan(level("2024-06-11", assessments=[assessment(3.0, "2024-06-11")]))


def test_a_test_counts_more_than_a_word_of_ones_own() -> None:
    rows = [assessment(2.0, "2024-06-20"), assessment(4.0, "2024-06-20", source="self")]
    assert level("2024-06-21", assessments=rows) == pytest.approx((2 + 4 * 0.15) / 1.15)


def test_an_assessment_loses_half_its_weight_in_a_half_life() -> None:
    rows = [assessment(1.0, "2024-06-20"), assessment(4.0, "2024-06-20")]
    new = day_of("2024-06-20")
    history, shared = loaded(competencies=SKILL, assessments=rows[:1])
    assert capability(history, shared, rows_of(history, "2024-06-21")).level[0, 0] == 1
    rows[0]["assessed_on"] = np.datetime64(new - int(HALF_LIFE_DAYS), "D").astype(str)
    prior_unknown = level("2024-06-21", assessments=rows)
    # The older test is already part of what is known of everybody, so it draws a little further.
    assert (1 * 0.5 + 4) / 1.5 > prior_unknown > 1.5


def test_more_assessments_make_a_level_surer() -> None:
    few = portrait(assessments=[assessment(3.0, "2024-06-20")])
    many = portrait(assessments=[assessment(3.0, f"2024-06-{d}") for d in (18, 19, 20)])
    assert many.se[0, 0] < few.se[0, 0]


def others(n: int, low: float, high: float) -> dict[str, list[Row]]:
    """People of ann's role and grade, assessed in the quarter before."""
    names = [f"o{k}" for k in range(n)]
    hired = "2020-01-01"
    return {
        "employees": [{"employee_id": name, "hired_on": hired} for name in ("ann", *names)],
        "assignments": [assignment(name) for name in ("ann", *names)],
        "assessments": [
            assessment(low if k % 2 else high, "2024-05-10", employee_id=name)
            for k, name in enumerate(names)
        ],
    }


def test_never_assessed_is_the_mean_of_the_role_and_grade_with_a_wide_error() -> None:
    found = portrait(**others(20, 2.0, 4.0))
    assert found.level[0, 0] == pytest.approx(3)
    assert 0.8 < found.se[0, 0] < LARGEST_SD_LEVELS


def test_the_mean_of_others_shows_from_the_next_quarter_on() -> None:
    tables = others(20, 2.0, 4.0)
    assert np.isnan(level("2024-06-30", **tables))
    assert level("2024-07-01", **tables) == pytest.approx(3)


def test_another_role_lends_less_than_ones_own() -> None:
    tables = others(30, 1.0, 1.0)
    tables["assignments"] = [
        assignment(f"o{k}", role_id="driver") if k < 20 else assignment(f"o{k}") for k in range(30)
    ]
    tables["assignments"].append(assignment("ann"))
    for k, row in enumerate(tables["assessments"]):
        row["level"] = 5.0 if k < 20 else 1.0
    # Ten of the role at 1, twenty of another at 5: 3.67 over all.
    assert 1 < level(**tables) < 2.2


def test_own_tests_outweigh_the_role() -> None:
    tables = others(20, 2.0, 4.0)
    tables["assessments"] = tables["assessments"] + [
        assessment(5.0, f"2024-06-{day}") for day in (24, 25, 26, 27)
    ]
    assert level(**tables) > 4.7


def test_requirements_and_gap_are_those_of_the_role_of_the_day() -> None:
    found = portrait(
        "2024-06-12",
        assignments=[assignment()],
        assessments=[assessment(3.0, "2024-06-11")],
        role_requirements=[
            {
                "role_id": "seller",
                "competency_id": "negotiation",
                "required_level": 4.0,
                "importance": 0.5,
            }
        ],
    )
    assert (found.required[0, 0], found.importance[0, 0]) == (4, 0.5)
    assert (found.gap[0, 0], found.weighted_gap[0, 0]) == (1, 0.5)


def test_nothing_required_is_no_gap() -> None:
    found = portrait(assessments=[assessment(3.0, "2024-06-11")])
    assert np.isnan(found.required[0, 0])
    assert (found.gap[0, 0], found.importance[0, 0]) == (0, 0)


def test_trend_rises_with_rising_tests_and_needs_two_days() -> None:
    rising = [assessment(1.0, "2022-07-01"), assessment(3.0, "2024-07-01")]
    assert 0.7 < portrait(assessments=rising).trend[0, 0] < 1
    assert np.isnan(portrait(assessments=rising[:1]).trend[0, 0])
    same_day = [assessment(1.0, "2024-07-01"), assessment(3.0, "2024-07-01")]
    assert np.isnan(portrait(assessments=same_day).trend[0, 0])


def test_two_tests_of_one_week_are_no_leap() -> None:
    close = [assessment(1.0, "2024-06-24"), assessment(3.0, "2024-07-01")]
    assert abs(portrait(assessments=close).trend[0, 0]) < 0.2


def test_a_completed_course_does_not_raise_the_level_but_is_counted_apart() -> None:
    teaches = {
        "course_id": "sql",
        "competency_id": "negotiation",
        "from_level": 2.0,
        "to_level": 3.5,
        "weight": 0.5,
    }
    tables: dict[str, list[Row]] = {
        "competencies": SKILL,
        "course_competencies": [teaches],
        "assessments": [assessment(3.0, "2024-06-10")],
        "enrolments": [
            enrolment("a", "2024-05-01", started_on="2024-05-01", completed_on="2024-06-01"),
            enrolment("b", "2024-05-01", started_on="2024-05-01", completed_on="2024-06-10"),
            enrolment("c", "2024-05-01", started_on="2024-05-01", completed_on="2024-06-20"),
        ],
    }
    history, shared = loaded(**tables)
    rows = rows_of(history, "2024-06-21")
    found = capability(history, shared, rows)
    assert found.level[0, 0] == 3
    known = taught(history, rows, found.last_assessed)
    assert known.levels_since_assessment[0, 0] == 1.5
    assert (known.n_started[0, 0], known.n_completed[0, 0]) == (3, 3)
    assert known.last_started[0, 0] == day_of("2024-05-01")
