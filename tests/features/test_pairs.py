"""What features say of a person and a course together."""

import numpy as np
import pytest

from ptml.features.capability import capability
from ptml.features.pairs import BLOCK_PAIRS, pair_features
from ptml.features.rows import Rows

from .small import Row, assessment, assignment, enrolment, loaded, rows_of

DAY = "2024-07-02"
COURSES = [
    {"course_id": "advanced", "hours": 30.0, "kind": "advanced", "delivery": "online"},
    {"course_id": "basic", "hours": 10.0, "kind": "basic", "delivery": "online"},
    {"course_id": "other", "hours": 10.0},
]
TABLES: dict[str, list[Row]] = {
    "courses": COURSES,
    "competencies": [
        {"competency_id": name, "name": name} for name in ("negotiation", "listening")
    ],
    "course_competencies": [
        {
            "course_id": course,
            "competency_id": competency,
            "from_level": start,
            "to_level": end,
            "weight": weight,
        }
        for course, competency, start, end, weight in (
            ("basic", "negotiation", 0.0, 2.0, 1.0),
            ("advanced", "negotiation", 2.0, 4.0, 0.6),
            ("advanced", "listening", 1.0, 3.0, 0.4),
        )
    ],
    "assignments": [assignment()],
    "role_requirements": [
        {
            "role_id": "seller",
            "competency_id": "negotiation",
            "required_level": 3.5,
            "importance": 0.5,
        }
    ],
    "assessments": [
        assessment(2.5, "2024-06-10"),
        assessment(1.0, "2024-06-10", competency_id="listening"),
    ],
    "prerequisites": [{"course_id": "advanced", "requires_course_id": "basic"}],
}


def pair(name: str, course: str = "advanced", day: str = DAY, /, **tables: list[Row]) -> float:
    merged = {**TABLES, "enrolments": [enrolment("x", "2024-07-02", course_id="other")], **tables}
    history, shared = loaded(**merged)
    rows = rows_of(history, day, "ann")
    portrait = capability(history, shared, rows)
    course_code = history.courses.codes([course])
    found = pair_features(history, shared, rows, portrait, np.zeros(1, np.int64), course_code)
    return float(found.column(name)[0])


@pytest.mark.parametrize(
    ("course", "expected"),
    [("advanced", 0.6 * (4 - 2.5) + 0.4 * (3 - 1)), ("basic", 0.0), ("other", np.nan)],
)
def test_new_levels_are_what_the_course_teaches_above_the_level(
    course: str, expected: float
) -> None:
    assert pair("new_levels", course) == pytest.approx(expected, rel=1e-2, nan_ok=True)


def test_new_levels_do_not_count_what_lies_under_the_entry_level() -> None:
    tables = {
        "assessments": [
            assessment(0.0, "2024-07-01"),
            assessment(3.0, "2024-07-01", competency_id="listening"),
        ]
    }
    assert pair("new_levels", **tables) == pytest.approx(0.6 * 2, rel=1e-2)
    assert pair("below_entry_levels", **tables) == pytest.approx(0.6 * 2, rel=1e-2)


def test_gap_closed_stops_at_what_the_role_requires() -> None:
    assert pair("gap_closed") == pytest.approx(0.6 * 0.5 * (3.5 - 2.5), rel=1e-2)
    assert pair("required_share") == pytest.approx(0.6)


def test_the_same_subject_before() -> None:
    before = enrolment(
        "a",
        "2024-03-01",
        course_id="basic",
        started_on="2024-03-04",
        completed_on="2024-05-01",
        exam_score=70.0,
    )
    again = enrolment("b", "2024-05-05", course_id="basic", started_on="2024-06-02")
    tables: dict[str, list[Row]] = {"enrolments": [before, again]}
    assert pair("same_competency_started", **tables) == 2
    assert pair("same_competency_completed", **tables) == 1
    assert pair("same_competency_exam_mean", **tables) == 70
    assert pair("days_since_same_competency", **tables) == 30
    assert pair("same_competency_levels_since_assessment", **tables) == 0
    tables["assessments"] = []
    assert pair("same_competency_levels_since_assessment", **tables) == 2
    assert np.isnan(pair("days_since_same_competency", "other", **tables))


def test_prerequisites_are_missing_until_completed() -> None:
    done = enrolment("a", "2024-03-01", course_id="basic", completed_on="2024-07-01")
    assert pair("prerequisites_missing", enrolments=[done]) == 0
    assert pair("prerequisites_missing", "advanced", "2024-07-01", enrolments=[done]) == 1
    assert pair("prerequisites_missing", "basic", enrolments=[done]) == 0


def test_hours_and_habits_are_held_against_what_was_started() -> None:
    starts = [
        enrolment(str(k), "2024-03-01", course_id=course, started_on="2024-03-01")
        for k, course in enumerate(("basic", "basic", "advanced", "other"))
    ]
    assert pair("hours_relative_to_usual", enrolments=starts) == 30 / 15
    assert pair("same_kind_share", enrolments=starts) == pytest.approx(1 / 3)
    assert pair("same_delivery_share", enrolments=starts) == 1
    assert np.isnan(pair("same_kind_share", "other", enrolments=starts))


def test_a_drop_of_the_course_is_remembered() -> None:
    dropped = enrolment("a", "2024-03-01", course_id="basic", dropped_on="2024-04-01")
    assert pair("same_course_dropped", "basic", enrolments=[dropped]) == 1
    assert pair("same_course_dropped", "advanced", enrolments=[dropped]) == 0


def test_wishes_pain_points_and_goals() -> None:
    feedback = [
        {"employee_id": "ann", "asked_on": day, "kind": kind, "subject_id": subject}
        for day, kind, subject in (
            ("2024-03-01", "wants_course", "basic"),
            ("2024-03-01", "pain_point", "listening"),
            ("2023-03-01", "wants_course", "advanced"),
        )
    ]
    goals = [
        {
            "employee_id": "ann",
            "competency_id": "negotiation",
            "target_level": 3.0,
            "by_date": "2024-12-31",
        }
    ]
    tables: dict[str, list[Row]] = {"feedback": feedback, "personal_goals": goals}
    assert [pair("asked_for", course, **tables) for course in ("basic", "advanced")] == [1, 0]
    assert pair("pain_point_weight", **tables) == pytest.approx(0.4)
    assert pair("goal_levels_closed", **tables) == pytest.approx(0.6 * 0.5, rel=2e-2)


def peers(n: int, n_takers: int) -> dict[str, list[Row]]:
    """People of ann's role, some of whom chose a course in the year before."""
    names = [f"p{k}" for k in range(n)]
    return {
        "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", *names)],
        "assignments": [
            *(assignment(name, org_unit_id=f"u{k % 2}") for k, name in enumerate(names)),
            assignment(org_unit_id="u0"),
        ],
        "enrolments": [
            enrolment(
                f"e{k}",
                "2024-02-01",
                employee_id=f"p{2 * k}",
                course_id="basic",
                started_on="2024-02-02",
                completed_on="2024-03-01",
            )
            for k in range(n_takers)
        ],
    }


def test_take_rates_are_starts_a_head_filled_up_with_average_people() -> None:
    tables = peers(19, 4)
    overall = 4 / 20
    assert pair("role_take_rate", "basic", **tables) == pytest.approx(
        (4 + 10 * overall) / (20 + 10)
    )
    # All takers sit in ann's unit of 11.
    assert pair("unit_take_rate", "basic", **tables) == pytest.approx(
        (4 + 10 * overall) / (11 + 10)
    )
    assert pair("role_completion_rate", "basic", **tables) == 1


def test_mandatory_starts_are_no_take_up() -> None:
    tables = peers(19, 4)
    for row in tables["enrolments"]:
        row["assigned_by"] = "mandatory"
    assert pair("role_take_rate", "basic", **tables) == 0


def test_pairs_come_in_the_order_in_which_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history, shared = loaded(**{**TABLES, **peers(9, 3)})
    rows = Rows.at(range(history.n_employees), 19_900)
    portrait = capability(history, shared, rows)
    row, course = np.divmod(np.arange(len(rows) * history.n_courses), history.n_courses)
    course = course.astype(np.int32)
    plain = pair_features(history, shared, rows, portrait, row, course)
    mixed = np.random.default_rng(0).permutation(len(row))
    found = pair_features(history, shared, rows, portrait, row[mixed], course[mixed])
    assert found.values.tobytes() == plain.values[mixed].tobytes()
    monkeypatch.setattr("ptml.features.pairs.BLOCK_PAIRS", 7)
    blocks = pair_features(history, shared, rows, portrait, row, course)
    assert blocks.values.tobytes() == plain.values.tobytes()
    assert BLOCK_PAIRS > 7
