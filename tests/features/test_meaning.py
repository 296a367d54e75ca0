"""What an enrolment means: who decided on it, and whether it still counts."""

from typing import Any

import numpy as np
import pytest

from ptml.features.meaning import MEANINGS, meaning

from .small import Row, day_of, enrolment, loaded

COURSES: list[Row] = [
    {"course_id": "sql", "valid_days": 365},
    {"course_id": "fire", "mandatory": True},
]


def meant(day: str, **columns: Any) -> set[str]:
    history, _ = loaded(courses=COURSES, enrolments=[enrolment("a", "2023-01-02", **columns)])
    found = meaning(history, np.array([0]), np.int32(day_of(day)))
    return {name for name in MEANINGS if getattr(found, name)[0]}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"assigned_by": "self"}, {"chosen", "taken"}),
        ({"assigned_by": "engine"}, {"chosen", "taken"}),
        ({}, {"chosen", "taken"}),
        ({"assigned_by": "manager"}, {"assigned", "taken"}),
        ({"assigned_by": "mandatory"}, {"mandatory", "taken"}),
        ({"course_id": "fire", "assigned_by": "self"}, {"mandatory", "taken"}),
        ({"assigned_by": "self", "dropped_on": "2023-02-01"}, {"chosen"}),
        ({"assigned_by": "self", "completed_on": "2023-02-01"}, {"chosen", "taken"}),
    ],
)
def test_each_kind_has_its_words(columns: dict[str, Any], expected: set[str]) -> None:
    assert meant("2023-06-01", **columns) == expected


def test_nothing_is_known_of_it_on_its_own_day() -> None:
    assert meant("2023-01-02") == set()
    assert meant("2023-01-03") == {"chosen", "taken"}


def test_a_drop_frees_it_from_the_day_after() -> None:
    assert meant("2023-02-01", dropped_on="2023-02-01") == {"chosen", "taken"}
    assert meant("2023-02-02", dropped_on="2023-02-01") == {"chosen"}


def test_a_certificate_runs_out_and_frees_it() -> None:
    assert meant("2024-02-01", completed_on="2023-02-01") == {"chosen", "taken"}
    assert meant("2024-02-02", completed_on="2023-02-01") == {"chosen", "expired"}
    assert meant("2033-01-01", course_id="fire", completed_on="2023-02-01") == {
        "mandatory",
        "taken",
    }
