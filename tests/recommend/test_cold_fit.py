"""Cold shares: a new hire goes by role, unit, grade and gaps, as far as the numbers bear it."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ptml.features.capability import capability
from ptml.features.fit import gap_closed_by_all
from ptml.features.rows import Rows
from ptml.recommend.choices import choices_before
from ptml.recommend.circumstances import circumstances
from ptml.recommend.cold import COLD_PARTS, Cold
from ptml.recommend.cold_fit import fit_cold
from ptml.recommend.content import course_space
from tests.features.small import Row, assignment

from .small import DAY, chosen, course_name, read

N_PEOPLE, N_COURSES = 300, 6


def tables(
    by_unit: bool = False, by_grade: bool = False, by_gap: bool = False
) -> dict[str, list[Row]]:
    """One role; what is chosen goes by unit, grade or gap where asked, else by chance."""
    rng = np.random.default_rng(0)
    names = [f"p{number:03d}" for number in range(N_PEOPLE)]
    enrolments: list[Row] = []
    for number, name in enumerate(names):
        for place in range(2):
            course = int(rng.integers(N_COURSES))
            if by_unit:
                course = number % 2
            if by_grade:
                course = number % 3
            if by_gap and rng.random() < 0.8:
                course = number % N_COURSES
            enrolments.append(chosen(f"{name}-{place}", name, course, f"2023-0{3 + place}-10"))
    competencies = [f"k{number}" for number in range(N_COURSES)]
    return {
        "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in [*names, "new"]],
        "assignments": [
            assignment(name, org_unit_id=f"u{n % 2}", grade=n % 3 + 1)
            for n, name in enumerate([*names, "new"])
        ],
        "courses": [{"course_id": course_name(number)} for number in range(N_COURSES)],
        "competencies": [{"competency_id": name, "name": name} for name in competencies],
        "course_competencies": [
            {
                "course_id": course_name(number),
                "competency_id": name,
                "from_level": 0,
                "to_level": 5,
            }
            for number, name in enumerate(competencies)
        ],
        "role_requirements": [
            {"role_id": "seller", "competency_id": name, "required_level": 5, "importance": 1}
            for name in competencies
        ],
        "assessments": [
            {
                "employee_id": name,
                "competency_id": competency,
                "level": 1.0 if k == n % N_COURSES else 5.0,
                "source": "test",
                "assessed_on": "2023-01-05",
            }
            for n, name in enumerate([*names, "new"])
            for k, competency in enumerate(competencies)
        ],
        "enrolments": enrolments,
    }


def shares(given: dict[str, list[Row]]) -> tuple[np.ndarray, Cold]:
    """Of all employees, with what they come from."""
    history, shared = read(**given)
    choices = choices_before(history, DAY)
    space = course_space(history.catalogue)
    rng = np.random.default_rng(0)
    cold = fit_cold(history, shared, space, choices, DAY, 365.0, rng)
    rows = Rows.at(np.arange(history.n_employees, dtype=np.int32), DAY)
    where = circumstances(history, rows)
    closed = gap_closed_by_all(history.catalogue, capability(history, shared, rows))
    found = cold.shares(where, closed)
    row, course = np.divmod(np.arange(found.size), N_COURSES)
    parts = cold.parts(where, closed.ravel(), row.astype(np.int32), course.astype(np.int32))
    assert parts.shape == (found.size, len(COLD_PARTS))
    np.testing.assert_allclose(parts.sum(axis=1), found.ravel(), atol=1e-6)
    return found, cold


def of_new(given: dict[str, list[Row]]) -> np.ndarray:
    history, _ = read(**given)
    return shares(given)[0][history.employees.codes(["new"])[0]]


def test_by_chance_all_courses_are_alike() -> None:
    found, cold = shares(tables())
    assert found == pytest.approx(1 / N_COURSES, abs=0.04)
    assert cold.unit is not None
    assert cold.unit.strength > 100


def test_the_unit_tells_what_a_new_hire_will_choose() -> None:
    # The newcomer is number 300, of unit u0.
    found = of_new(tables(by_unit=True))
    assert found[0] > 0.9
    assert found[1] < 0.05


def test_the_grade_tells_it_too() -> None:
    assert of_new(tables(by_grade=True))[N_PEOPLE % 3] > 0.9


def test_the_gap_tells_it_too() -> None:
    found = of_new(tables(by_gap=True))
    assert found.argmax() == N_PEOPLE % N_COURSES
    assert found.max() > 1.5 * np.sort(found)[-2]


def test_shares_are_never_below_0() -> None:
    found, _ = shares(tables(by_unit=True))
    assert found.min() >= 0


def test_by_role_alone_leaves_unit_grade_and_gap_out() -> None:
    _, cold = shares(tables(by_unit=True))
    alone = cold.by_role()
    assert (alone.unit, alone.grade, alone.gap) == (None, None, None)
    assert alone.popularity is cold.popularity


def test_other_courses_take_weighted_means_of_every_part() -> None:
    given = tables(by_unit=True)
    history, _ = read(**given)
    _, cold = shares(given)
    where = circumstances(history, Rows.at(np.arange(2, dtype=np.int32), DAY))
    placing = np.zeros((1, N_COURSES))
    placing[0, :2] = 0.5
    placed = cold.onto(csr_matrix(placing)).by_place(where)
    np.testing.assert_allclose(placed[:, 0], cold.by_place(where)[:, :2].mean(axis=1), atol=1e-6)
