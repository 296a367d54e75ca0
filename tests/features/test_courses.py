"""What features say of a course as of a day."""

import numpy as np
import pytest

from ptml.features.courses import course_features

from .small import Row, day_of, enrolment, loaded

PEOPLE = [{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", "bob", "cia", "dan")]
ENROLMENTS = [
    enrolment(
        "a",
        "2024-01-10",
        assigned_by="self",
        started_on="2024-01-11",
        completed_on="2024-02-01",
        exam_score=80.0,
        satisfaction=4.0,
        minutes=60.0,
    ),
    enrolment(
        "b",
        "2024-04-10",
        employee_id="bob",
        assigned_by="manager",
        started_on="2024-04-11",
        dropped_on="2024-05-01",
        satisfaction=2.0,
    ),
    enrolment("c", "2024-06-10", employee_id="cia", assigned_by="mandatory"),
]


def sql(day: str, /, *names: str, **tables: list[Row]) -> list[float]:
    history, shared = loaded(employees=PEOPLE, enrolments=ENROLMENTS, **tables)
    found = course_features(history, shared, day_of(day))
    return [float(value) for value in found.select(names)[history.courses.codes(["sql"])[0]]]


def test_results_are_those_that_the_last_renewal_shows() -> None:
    names = ("course_ended_ever", "course_completion_rate", "course_exam_mean")
    assert sql("2024-07-01", *names) == [2, 0.5, 80]
    assert sql("2024-06-30", *names) == [1, 1, 80]
    assert sql("2024-07-01", "course_satisfaction_mean", "course_minutes_mean") == [3, 60]


def test_take_rate_counts_chosen_starts_over_all_employed() -> None:
    assert sql("2024-07-01", "course_take_rate", "course_recent_start_share") == [0.5, 1]
    assert sql("2025-01-02", "course_recent_start_share") == [0]


def test_self_chosen_share_is_of_those_whose_assigner_is_known() -> None:
    assert sql("2024-07-01", "course_self_chosen_share") == pytest.approx([1 / 3])


def test_nothing_is_known_of_a_course_that_nobody_took() -> None:
    history, shared = loaded(courses=[{"course_id": "sql"}, {"course_id": "new"}])
    found = course_features(history, shared, day_of("2024-07-01"))
    row = found.select(("course_completion_rate", "course_exam_mean", "course_started_ever"))
    assert np.isnan(row[0, :2]).all()
    assert row[0, 2] == 0


def test_the_catalogue_is_told() -> None:
    courses: list[Row] = [
        {
            "course_id": "sql",
            "opened_on": "2024-06-01",
            "hours": 8.0,
            "kind": "advanced",
            "delivery": "vr",
        },
        {"course_id": "excel"},
    ]
    tables: dict[str, list[Row]] = {
        "courses": courses,
        "competencies": [{"competency_id": name, "name": name} for name in ("a", "b")],
        "course_competencies": [
            {
                "course_id": "sql",
                "competency_id": name,
                "from_level": start,
                "to_level": end,
                "weight": weight,
            }
            for name, start, end, weight in (("a", 1.0, 3.0, 0.75), ("b", 2.0, 3.0, 0.25))
        ],
        "prerequisites": [{"course_id": "sql", "requires_course_id": "excel"}],
    }
    names = (
        "course_kind",
        "course_delivery",
        "course_hours",
        "course_age_days",
        "course_competencies",
        "course_from_level",
        "course_to_level",
        "course_levels_taught",
        "course_prerequisites",
        "course_opens_courses",
    )
    assert sql("2024-07-01", *names, **tables) == [1, 3, 8, 30, 2, 1.25, 3, 1.75, 1, 0]
    assert np.isnan(sql("2024-06-01", "course_age_days", **tables)[0])
