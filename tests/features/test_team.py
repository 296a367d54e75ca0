"""What features say of the others in a unit, against a plain count."""

import numpy as np
import pytest

from ptml.features.people import person_features

from .small import Row, assignment, enrolment, loaded, quarter_result, rows_of

DAY = "2024-04-02"
NAMES = ("ann", "bob", "cia", "dan")
PEOPLE = [{"employee_id": name, "hired_on": "2020-01-01"} for name in NAMES]
PLACES = [
    *(assignment(name, manager_id="dan") for name in ("ann", "bob")),
    assignment("cia", valid_to="2024-03-01", manager_id="dan"),
    assignment("cia", valid_from="2024-03-01", org_unit_id="elsewhere"),
    assignment("dan"),
]


def of(name: str, employee: str = "ann", /, day: str = DAY, **tables: list[Row]) -> float:
    history, shared = loaded(**{"employees": PEOPLE, "assignments": PLACES, **tables})
    return float(person_features(history, shared, rows_of(history, day, employee)).column(name)[0])


def results(**scores: tuple[float, float]) -> list[Row]:
    return [
        quarter_result(*period, value, employee_id=name)
        for name, values in scores.items()
        for period, value in zip(
            (("2023-10-01", "2023-12-31"), ("2024-01-01", "2024-03-31")), values, strict=True
        )
    ]


def test_team_size_leaves_the_person_out_and_who_has_moved_away() -> None:
    assert of("team_size") == 2
    assert of("team_size", day="2024-01-15") == 3
    assert of("team_size", "cia") == 0


def test_who_has_left_is_no_longer_of_the_team() -> None:
    people = [dict(row) for row in PEOPLE]
    people[1]["left_on"] = "2024-03-20"
    assert of("team_size", employees=people) == 1
    assert of("team_size", employees=people, day="2024-03-31") == 3


def test_team_score_is_that_of_the_others_who_were_there_at_the_end_of_the_period() -> None:
    scores = results(ann=(50, 60), bob=(100, 110), cia=(130, 150), dan=(100, 120))
    assert of("team_score", performance=scores) == 115
    assert of("team_score_change_points", performance=scores) == 115 - 110
    assert of("team_score", day="2024-04-01", performance=scores) == 110


def test_a_team_of_one_has_no_team_score() -> None:
    assert np.isnan(of("team_score", "cia", performance=results(cia=(100, 110))))


def test_team_take_up_counts_the_others_chosen_starts_a_head() -> None:
    starts = [
        enrolment(str(k), "2024-02-01", employee_id=name, started_on="2024-02-02", assigned_by=by)
        for k, (name, by) in enumerate(
            (("ann", "self"), ("bob", "self"), ("bob", "manager"), ("dan", "mandatory"))
        )
    ]
    assert of("team_starts_a_head_4_quarters", enrolments=starts) == 1
    ends = [{**row, "completed_on": "2024-03-01"} for row in starts[:2]]
    ends += [{**row, "dropped_on": "2024-03-01"} for row in starts[2:]]
    assert of("team_completion_rate", enrolments=ends) == pytest.approx(1 / 3)


def test_team_answers_leave_out_the_persons_own() -> None:
    answers = [
        {"employee_id": name, "asked_on": "2024-02-01", "kind": kind, "value": value}
        for name, kind, value in (
            ("ann", "motivation", 1.0),
            ("bob", "motivation", 4.0),
            ("dan", "motivation", 5.0),
            ("ann", "manager_support", 5.0),
            ("bob", "manager_support", 2.0),
            ("dan", "manager_support", 1.0),
        )
    ]
    assert of("team_motivation_mean", feedback=answers) == 4.5
    assert of("manager_support_others_mean", feedback=answers) == 2
    assert np.isnan(of("team_workload_mean", feedback=answers))


def test_span_counts_who_is_led_by_the_manager() -> None:
    assert of("manager_span") == 2
    assert of("manager_span", day="2024-01-15") == 3
    assert np.isnan(of("manager_span", "dan"))


def test_without_a_place_there_is_no_team() -> None:
    assert np.isnan(of("team_size", assignments=[assignment("bob")]))
