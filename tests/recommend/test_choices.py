"""What counts as a choice, and for how much, as of a day."""

from typing import Any

import numpy as np
import pytest

from ptml.recommend.choices import choices_before, taken_before
from tests.features.small import Row, day_of, enrolment

from .small import DAY, read

EMPLOYEES: list[Row] = [{"employee_id": "ann", "hired_on": "2020-01-01"}]
COURSES: list[Row] = [{"course_id": "sql"}, {"course_id": "fire", "mandatory": True}]
FOREVER = 1e9


def weight_of(day: int = DAY, half_life_days: float = FOREVER, **columns: Any) -> float:
    row = enrolment("a", "2023-01-02", **columns)
    history, _ = read(employees=EMPLOYEES, courses=COURSES, enrolments=[row])
    found = choices_before(history, day, half_life_days).weight
    return float(found.sum())


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
    assert after > 1.5


def test_dropping_out_counts_for_less_and_never_for_nothing() -> None:
    assert 0 < weight_of(dropped_on="2023-02-01", satisfaction=1.0, exam_score=0.0) < 1


def test_an_enrolment_counts_half_after_a_half_life() -> None:
    found = weight_of(day_of("2023-01-02") + 100, half_life_days=100)
    assert found == pytest.approx(0.5)


def test_the_day_of_enrolment_is_not_known_yet() -> None:
    assert weight_of(day_of("2023-01-02")) == 0
    assert weight_of(day_of("2023-01-03")) == pytest.approx(1)


def test_repeats_add_up_in_one_cell() -> None:
    rows = [enrolment("a", "2023-01-02"), enrolment("b", "2023-02-02")]
    history, _ = read(employees=EMPLOYEES, courses=COURSES, enrolments=rows)
    matrix = choices_before(history, DAY, FOREVER).matrix(1, 2)
    assert matrix.nnz == 1
    assert np.isclose(matrix.sum(), 2)
