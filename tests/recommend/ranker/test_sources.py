"""Each source scores courses by what was known before the day."""

import numpy as np
import pytest

from ptml.features.capability import capability
from ptml.features.eligibility import eligibility
from ptml.features.rows import Rows
from ptml.recommend.ranker.sources import SOURCES, Sources, sources_of
from tests.features.small import Row, assignment, day_of
from tests.recommend.ranker.small import AS_OF, first_stage, read
from tests.recommend.small import chosen, course_name

TABLES: dict[str, list[Row]] = {
    "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", "bob")],
    "assignments": [assignment("ann"), assignment("bob", org_unit_id="other")],
    "courses": [
        {"course_id": course_name(0)},
        {"course_id": course_name(1)},
        {"course_id": course_name(2), "opened_on": "2023-09-01"},
    ],
    "prerequisites": [{"course_id": course_name(1), "requires_course_id": course_name(0)}],
    "enrolments": [
        chosen("a", "ann", 0, "2023-06-01", started_on="2023-06-01", completed_on="2023-10-10"),
    ],
}


def scored(day: str, **tables: list[Row]) -> Sources:
    history, shared = read({**TABLES, **tables})
    rows = Rows.at([0, 1], day_of(day))
    portraits = capability(history, shared, rows)
    eligible = eligibility(history, rows, portraits) == 0
    first = first_stage(history, shared).fit(AS_OF)
    return sources_of(history, shared, first, rows, portraits, eligible, 180)


def test_every_source_scores_every_course() -> None:
    found = scored("2024-01-01")
    assert set(found.scores) == set(SOURCES)
    assert {score.shape for score in found.scores.values()} == {(2, 3)}
    assert all(np.isfinite(score).all() for score in found.scores.values())


@pytest.mark.parametrize(
    ("day", "ann"),
    [("2023-10-10", [0, 0, 0]), ("2023-10-11", [0, 1, 0]), ("2024-04-20", [0, 0, 0])],
)
def test_a_completed_prerequisite_unlocks_for_a_while(day: str, ann: list[float]) -> None:
    found = scored(day)
    assert found.scores["unlocked"].tolist() == [ann, [0, 0, 0]]


def test_a_course_is_new_from_the_day_after_it_opened() -> None:
    assert scored("2023-09-01").scores["new"][:, 2].tolist() == [0, 0]
    assert scored("2023-09-02").scores["new"][:, 2].tolist() == [1, 1]
    assert scored("2024-06-01").scores["new"][:, 2].tolist() == [0, 0]
    assert not scored("2024-01-01").scores["new"][:, :2].any()


def test_what_a_unit_took_is_proposed_to_that_unit_alone() -> None:
    assert scored("2024-01-01").scores["unit"].tolist() == [[1, 0, 0], [0, 0, 0]]


def test_a_source_has_nothing_to_say_at_0_but_the_first_stage_always() -> None:
    found = scored("2024-01-01")
    np.testing.assert_array_equal(found.proposable["first"], found.eligible)
    assert not found.proposable["gap"].any()
