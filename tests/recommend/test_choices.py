"""What counts as a choice, and for how much, as of a day."""

from typing import Any

import numpy as np
import pytest

from ptml.recommend.choices import Choices, choices_before, taken_before
from tests.features.small import Row, assignment, day_of, enrolment

from .small import DAY, read

EMPLOYEES: list[Row] = [{"employee_id": "ann", "hired_on": "2020-01-01"}]
COURSES: list[Row] = [{"course_id": "sql"}, {"course_id": "fire", "mandatory": True}]


def weight_of(day: int = DAY, **columns: Any) -> float:
    row = enrolment("a", "2023-01-02", **columns)
    history, _ = read(employees=EMPLOYEES, courses=COURSES, enrolments=[row])
    return float(choices_before(history, day).weight.sum())


def choices_of(*cells: tuple[int, int, int]) -> Choices:
    """Choices of employee, course and day, each of weight 1."""
    employee, course, day = np.array(sorted(cells, key=lambda c: (c[0], c[2], c[1])), np.int32).T
    return Choices(employee, course, day, np.full(len(cells), -1, np.int32), np.ones(len(cells)))


@pytest.mark.parametrize(("assigned_by", "counts"), [("self", 1), ("manager", 0), ("mandatory", 0)])
def test_only_what_was_chosen_counts(assigned_by: str, counts: float) -> None:
    assert weight_of(assigned_by=assigned_by) == pytest.approx(counts, abs=1e-6)


def test_where_nobody_says_who_assigned_it_it_counts() -> None:
    assert weight_of() == pytest.approx(1)


def test_a_mandatory_course_is_never_chosen() -> None:
    assert weight_of(course_id="fire", assigned_by="self") == 0


def test_what_was_assigned_is_taken_all_the_same() -> None:
    row = enrolment("a", "2023-01-02", assigned_by="mandatory")
    history, _ = read(employees=EMPLOYEES, courses=COURSES, enrolments=[row])
    taken = taken_before(history, DAY).toarray()
    assert taken[0, history.courses.codes(["sql"])[0]] > 0
    assert not taken_before(history, day_of("2023-01-02")).toarray().any()


def test_an_outcome_counts_only_from_the_day_after_it_was_known() -> None:
    completed: dict[str, Any] = {
        "completed_on": "2023-06-01",
        "exam_score": 80.0,
        "satisfaction": 5.0,
    }
    before, on, after = (
        weight_of(day_of(day), **completed) for day in ("2023-05-01", "2023-06-01", "2023-06-02")
    )
    assert before == pytest.approx(1)
    assert on == pytest.approx(1)
    assert after == pytest.approx(1 + 0.25 + 0.25 * 0.6 + 0.25)


def test_who_drops_late_liked_it_better_than_who_drops_at_once() -> None:
    late, early = (weight_of(dropped_on="2023-02-01", progress=p) for p in (0.8, 0.0))
    assert early == pytest.approx(0.25)
    assert late == pytest.approx(0.65)


def test_dropping_out_counts_for_less_and_never_for_nothing() -> None:
    assert 0 < weight_of(dropped_on="2023-02-01", satisfaction=1.0, exam_score=0.0) < 1


def test_the_day_of_enrolment_is_not_known_yet() -> None:
    assert weight_of(day_of("2023-01-02")) == 0
    assert weight_of(day_of("2023-01-03")) == pytest.approx(1)


def test_repeats_add_up_in_one_cell() -> None:
    matrix = choices_of((0, 0, 5), (0, 0, 9)).matrix(1, 2)
    assert matrix.nnz == 1
    assert np.isclose(matrix.sum(), 2)


def test_a_choice_loses_weight_with_each_later_day_of_choosing_and_not_with_time() -> None:
    choices = choices_of((0, 0, 10), (0, 1, 20), (0, 2, 900), (1, 0, 3))
    found = choices.recent_matrix(2, 3, power=1.0).toarray()
    np.testing.assert_allclose(found, [[1 / 3, 1 / 2, 1.0], [1.0, 0.0, 0.0]], rtol=1e-6)


def test_choices_of_one_day_weigh_the_same_whatever_their_order() -> None:
    found = choices_of((0, 0, 10), (0, 1, 20), (0, 2, 20)).recent_matrix(1, 3, power=1.0).toarray()
    np.testing.assert_allclose(found, [[1 / 3, 1, 1]], rtol=1e-6)


def test_no_choices_are_no_rows() -> None:
    history, _ = read(
        employees=EMPLOYEES, courses=COURSES, enrolments=[enrolment("a", "2024-06-01")]
    )
    choices = choices_before(history, DAY)
    assert len(choices) == 0
    assert choices.recent_matrix(1, 2, 1.0).nnz == 0


def test_a_choice_belongs_to_the_role_held_on_its_day() -> None:
    history, _ = read(
        employees=EMPLOYEES,
        courses=COURSES,
        assignments=[
            assignment(role_id="seller", valid_from="2020-01-01", valid_to="2023-03-01"),
            assignment(role_id="buyer", valid_from="2023-03-01"),
        ],
        enrolments=[enrolment("a", "2023-02-28"), enrolment("b", "2023-03-01")],
    )
    roles = history.roles.ids[choices_before(history, DAY).role]
    assert roles.tolist() == ["seller", "buyer"]


@pytest.mark.parametrize(
    ("minutes", "hours", "expected"),
    [(600.0, 10.0, 0.0), (300.0, 10.0, -0.125), (6_000.0, 10.0, 0.125), (600.0, None, 0.0)],
)
def test_time_spent_counts_against_the_hours_of_the_course(
    minutes: float, hours: float | None, expected: float
) -> None:
    row = enrolment("a", "2023-01-02", completed_on="2023-06-01", minutes=minutes)
    plain = enrolment("a", "2023-01-02", completed_on="2023-06-01")
    courses: list[Row] = [{"course_id": "sql", "hours": hours}]
    found = [
        choices_before(read(employees=EMPLOYEES, courses=courses, enrolments=[each])[0], DAY)
        for each in (row, plain)
    ]
    assert found[0].weight[0] - found[1].weight[0] == pytest.approx(expected)
