"""What features say of a person, on histories of a few rows."""

import numpy as np
import pytest

from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.people import person_features
from ptml.features.registry import PERSON_FAMILIES
from ptml.features.rows import Rows
from ptml.features.shared import Shared

from .small import assignment, day_of, enrolment, loaded, quarter_result, rows_of

RESULTS = [
    quarter_result("2023-07-01", "2023-09-30", 100.0),
    quarter_result("2023-10-01", "2023-12-31", 104.0),
    quarter_result("2024-01-01", "2024-03-31", 90.0),
]


def ann(of: tuple[History, Shared], day: str, *names: str) -> list[float]:
    history, shared = of
    found = person_features(history, shared, rows_of(history, day, "ann"))
    return [float(found.column(name)[0]) for name in names]


def test_a_late_score_is_not_seen_before_its_date() -> None:
    of = loaded(performance=RESULTS)
    assert ann(of, "2024-04-01", "score_last", "scores_known") == [104, 2]
    assert ann(of, "2024-04-02", "score_last", "scores_known") == [90, 3]


def test_dip_is_the_last_score_less_the_mean_before() -> None:
    assert ann(loaded(performance=RESULTS), "2024-04-02", "score_dip_points") == [90 - 102]


def test_trend_is_in_points_a_year() -> None:
    of = loaded(performance=RESULTS[:2])
    assert ann(of, "2024-02-01", "score_trend_points_a_year") == pytest.approx([4 / 92 * 365.25])


@pytest.mark.parametrize("day", ["2024-04-02", "2024-05-15", "2024-06-30"])
def test_scores_back_are_aligned_to_the_calendar(day: str) -> None:
    names = ("score_1_back", "score_2_back", "score_3_back")
    assert ann(loaded(performance=RESULTS), day, *names) == [90, 104, 100]


def test_a_quarter_without_a_result_leaves_a_hole_and_moves_nothing() -> None:
    of = loaded(performance=[RESULTS[0], RESULTS[2]])
    one, two, three = ann(of, "2024-04-02", "score_1_back", "score_2_back", "score_3_back")
    assert (one, three) == (90, 100)
    assert np.isnan(two)


def test_the_quarter_that_ends_today_is_not_known_yet() -> None:
    one, two = ann(loaded(performance=RESULTS), "2024-04-01", "score_1_back", "score_2_back")
    assert np.isnan(one)
    assert two == 104


def test_months_are_averaged_into_quarters_back() -> None:
    months = [("2024-01-01", "2024-01-31"), ("2024-02-01", "2024-02-29")]
    months += [("2024-03-01", "2024-03-31"), ("2023-12-01", "2023-12-31")]
    results = [
        quarter_result(*month, value)
        for month, value in zip(months, (90.0, 93.0, 96.0, 50.0), strict=True)
    ]
    of = loaded(performance=results)
    assert ann(of, "2024-04-02", "score_1_back", "score_2_back") == [93, 50]


def test_an_exam_score_is_known_once_the_enrolment_has_ended() -> None:
    row = enrolment("a", "2024-01-10", started_on="2024-01-12", exam_score=80.0)
    of = loaded(enrolments=[{**row, "completed_on": "2024-02-01"}])
    assert np.isnan(ann(of, "2024-02-01", "exam_mean")[0])
    assert ann(of, "2024-02-02", "exam_mean", "exam_last") == [80, 80]


def test_open_courses_are_those_started_and_not_ended() -> None:
    of = loaded(
        courses=[{"course_id": "sql", "hours": 8.0}],
        enrolments=[
            enrolment("a", "2024-01-10", started_on="2024-01-12", completed_on="2024-02-01"),
            enrolment("b", "2024-01-10", started_on="2024-01-20", dropped_on="2024-03-01"),
            enrolment("c", "2024-01-10"),
            enrolment("d", "2024-01-10", dropped_on="2024-01-25"),
        ],
    )
    names = ("open_courses", "open_hours", "waiting_courses")
    assert ann(of, "2024-01-12", *names) == [0, 0, 4]
    assert ann(of, "2024-01-21", *names) == [2, 16, 2]
    assert ann(of, "2024-02-15", *names) == [1, 8, 1]
    assert ann(of, "2024-03-02", *names) == [0, 0, 1]


def test_counts_look_back_by_calendar_quarters() -> None:
    of = loaded(
        enrolments=[
            enrolment("a", "2023-01-05", started_on="2023-07-01", completed_on="2023-08-01"),
            enrolment("b", "2023-01-05", started_on="2024-01-01", dropped_on="2024-03-31"),
        ]
    )
    names = ("started_1_quarter", "started_2_quarters", "started_4_quarters", "started_ever")
    assert ann(of, "2024-04-01", *names) == [1, 1, 2, 2]
    assert ann(of, "2024-04-02", *names) == [0, 1, 2, 2]
    assert ann(of, "2024-04-01", "completion_rate", "completed_ever") == [0.5, 1]


def test_spacing_and_cramming_look_at_the_distance_between_starts() -> None:
    of = loaded(
        enrolments=[
            enrolment(str(k), day, started_on=day)
            for k, day in enumerate(("2024-01-01", "2024-01-11", "2024-02-10"))
        ]
    )
    spacing, crammed = ann(
        of, "2024-03-01", "days_between_starts_4_quarters", "crammed_share_4_quarters"
    )
    assert spacing == 20
    assert crammed == pytest.approx(1 / 3)


def test_mandatory_courses_are_no_choice() -> None:
    of = loaded(
        courses=[{"course_id": "sql"}, {"course_id": "fire", "mandatory": True}],
        enrolments=[
            enrolment("a", "2024-01-01", assigned_by="self"),
            enrolment("b", "2024-01-01", assigned_by="manager"),
            enrolment("c", "2024-01-01", assigned_by=None, course_id="fire"),
            enrolment("d", "2024-01-01", assigned_by=None),
        ],
    )
    names = ("self_chosen_share", "manager_assigned_share", "mandatory_share")
    assert ann(of, "2024-02-01", *names) == pytest.approx([1 / 3] * 3)


def test_tenure_and_time_in_role_and_unit() -> None:
    of = loaded(
        assignments=[
            assignment(valid_from="2023-01-01", valid_to="2023-06-01", role_id="clerk"),
            assignment(valid_from="2023-06-01", valid_to="2023-09-01"),
            assignment(valid_from="2023-09-01", org_unit_id="other"),
        ]
    )
    names = ("tenure_days", "role_days", "unit_days", "assignments_8_quarters")
    of_day = day_of("2023-09-11")
    expected = [of_day - day_of(day) for day in ("2020-01-01", "2023-06-01", "2023-09-01")]
    assert ann(of, "2023-09-11", *names) == [*expected, 3]


def test_an_assignment_counts_from_the_day_after_its_first() -> None:
    of = loaded(assignments=[assignment(valid_from="2023-01-01", valid_to="2023-06-01")])
    assert np.isnan(ann(of, "2023-01-01", "grade")[0])
    assert ann(of, "2023-01-02", "grade") == [1]
    assert ann(of, "2023-06-01", "grade") == [1]
    assert np.isnan(ann(of, "2023-06-02", "grade")[0])


def test_absence_days_are_those_before_the_day() -> None:
    absences = [
        {"employee_id": "ann", "from_day": "2024-03-25", "to_day": "2024-04-10", "kind": "sick"},
        {"employee_id": "ann", "from_day": "2023-12-20", "to_day": "2024-01-02", "kind": "leave"},
    ]
    of = loaded(absences=absences)
    names = ("absence_days_1_quarter", "absence_days_4_quarters")
    # From 1 January: the 1st and 2nd, and 25 to 31 March.
    assert ann(of, "2024-04-01", *names) == [9, 21]
    # From 25 December: 7 days of that month, and the same two; 25 March is not over yet.
    assert ann(of, "2024-03-25", *names)[0] == 9


def test_feedback_keeps_the_last_the_mean_and_how_long_ago() -> None:
    answers = [
        {"employee_id": "ann", "asked_on": day, "kind": "motivation", "value": value}
        for day, value in (("2024-01-01", 2.0), ("2024-02-01", 5.0), ("2024-03-01", 1.0))
    ]
    names = ("motivation_last", "motivation_mean", "days_since_motivation")
    assert ann(loaded(feedback=answers), "2024-03-01", *names) == [5, 3.5, 29]


def test_incident_hours_are_those_of_the_unit_of_the_day() -> None:
    of = loaded(
        assignments=[assignment()],
        incidents=[
            {"org_unit_id": unit, "occurred_on": day, "kind": "equipment", "hours_lost": hours}
            for unit, day, hours in (
                ("unit", "2024-03-01", 30.0),
                ("unit", "2023-06-01", 12.0),
                ("unit", "2024-04-01", 99.0),
                ("elsewhere", "2024-03-01", 77.0),
            )
        ],
    )
    names = ("incident_hours_1_quarter", "incident_hours_4_quarters", "incidents_4_quarters")
    assert ann(of, "2024-04-01", *names) == [30, 42, 2]


def test_a_goal_is_seen_for_the_year_before_its_day() -> None:
    of = loaded(
        competencies=[{"competency_id": "negotiation", "name": "Negotiation"}],
        personal_goals=[
            {
                "employee_id": "ann",
                "competency_id": "negotiation",
                "target_level": 4.0,
                "by_date": "2024-12-31",
            }
        ],
    )
    seen = [ann(of, day, "goals_open")[0] for day in ("2024-01-01", "2024-01-02", "2025-01-01")]
    assert seen == [0, 1, 0]


def test_no_protected_attribute_is_a_feature() -> None:
    history, shared = loaded(
        employees=[{"employee_id": "ann", "hired_on": "2020-01-01", "protected_gender": "f"}]
    )
    found = person_features(history, shared, rows_of(history, "2024-01-01"))
    assert not [name for name in found.names if "protected" in name or "gender" in name]


def test_columns_are_float32_in_families_with_codes_named_as_categorical() -> None:
    history, shared = loaded()
    found: FeatureMatrix = person_features(history, shared, rows_of(history, "2024-01-01"))
    assert found.values.dtype == np.float32
    assert len(found.names) == len(set(found.names)) == len(found.families)
    assert set(found.families) == set(PERSON_FAMILIES)
    assert found.categorical == ("role", "job_family")


def test_rows_of_different_days_are_worked_out_together() -> None:
    history, shared = loaded(performance=RESULTS)
    days = np.array([day_of("2024-04-02"), day_of("2024-01-02")], np.int32)
    found = person_features(history, shared, Rows(np.zeros(2, np.int32), days))
    assert found.column("score_last").tolist() == [90, 104]


def test_no_rows_give_an_empty_matrix() -> None:
    history, shared = loaded(performance=RESULTS)
    found = person_features(history, shared, Rows.at([], day_of("2024-01-01")))
    assert found.values.shape == (0, len(found.names))
