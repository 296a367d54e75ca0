from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.decide.path.config import OverlapConfig
from ptml.decide.path.content import content_of
from ptml.decide.path.overlap import course_overlap, holding, lift_together, shares_left
from tests.decide.path.catalogues import catalogue
from tests.decide.portraits import portraits

UNKNOWN = float("nan")
LONG = {0: (0.0, 4.0)}
FIRST_HALF = {0: (0.0, 2.0)}
OTHER = {1: (0.0, 2.0)}


def left(
    courses: list[dict[int, tuple[float, float]]],
    level: float = 0.0,
    required: float = UNKNOWN,
    hold: float = 1.0,
    **config: Any,
) -> list[float]:
    """Shares left of courses that one person takes in turn."""
    found = portraits([[level, level, UNKNOWN]], [[required, required, UNKNOWN]])
    n = len(courses)
    content = content_of(
        catalogue(*courses),
        found,
        np.zeros(n, dtype=np.int64),
        np.arange(n),
        OverlapConfig(**config),
    )
    return list(shares_left(content, np.zeros(n, dtype=np.int64), np.full(n, hold)))


def test_a_second_course_brings_what_the_first_has_left() -> None:
    assert left([FIRST_HALF, LONG]) == pytest.approx([1, 0.5])


def test_the_same_once_more_brings_nothing() -> None:
    assert left([LONG, LONG, FIRST_HALF]) == pytest.approx([1, 0, 0])


def test_courses_on_unlike_matters_keep_all_they_bring() -> None:
    assert left([FIRST_HALF, OTHER, LONG]) == pytest.approx([1, 1, 0.5])


def test_what_may_not_hold_is_new_in_part_a_second_time() -> None:
    assert left([LONG, LONG], hold=0.5) == pytest.approx([1, 0.5])


def test_of_what_two_have_taught_before_the_larger_part_counts() -> None:
    assert left([FIRST_HALF, {0: (0.0, 3.0)}, LONG])[2] == pytest.approx(0.25)


def test_who_begins_far_below_the_entry_does_not_reach_the_end() -> None:
    advanced, whole = {0: (2.0, 4.0)}, {0: (0.0, 4.0)}
    assert left([advanced, whole], level=0.5) == pytest.approx([1, 1])
    assert left([advanced, whole], level=1.5) == pytest.approx([1, 0])


def test_levels_that_the_role_requires_count_by_the_share_that_is_set() -> None:
    # Of levels 0-4 the role requires up to 2, which the first course has taught.
    assert left([FIRST_HALF, LONG], required=2.0, required_share=1.0) == pytest.approx([1, 0])
    assert left([FIRST_HALF, LONG], required=2.0, required_share=0.0) == pytest.approx([1, 0.5])


def test_a_level_that_nobody_knows_is_the_entry_of_the_course() -> None:
    third = {2: (1.0, 3.0)}
    assert left([third, {2: (1.0, 5.0)}]) == pytest.approx([1, 0.5])


def test_goals_weigh_what_is_left() -> None:
    both = {0: (0.0, 2.0), 1: (0.0, 2.0)}
    found = portraits([[0.0, 0.0, UNKNOWN]], [[UNKNOWN] * 3])
    row, course = np.zeros(2, dtype=np.int64), np.arange(2)
    weights = np.array([[3.0, 1.0, 1.0]])
    content = content_of(catalogue(FIRST_HALF, both), found, row, course, OverlapConfig(), weights)
    assert shares_left(content, row, np.ones(2))[1] == pytest.approx(0.25)


def test_people_do_not_take_from_one_another() -> None:
    found = portraits([[0.0] * 3] * 2, [[UNKNOWN] * 3] * 2)
    row, course = np.array([0, 1]), np.array([0, 0])
    content = content_of(catalogue(LONG), found, row, course, OverlapConfig())
    assert shares_left(content, row, np.ones(2)).tolist() == [1, 1]


def test_harm_is_not_made_smaller_and_the_unknown_stays_so() -> None:
    lift = np.array([4.0, -2.0, np.nan])
    assert lift_together(lift, np.full(3, 0.5)).tolist()[:2] == [2, -2]
    assert np.isnan(lift_together(lift, np.full(3, 0.5))[2])


def test_a_chance_of_completing_that_is_not_known_counts_as_certain() -> None:
    assert holding(np.array([0.5, np.nan]), 0.6).tolist() == pytest.approx([0.3, 0.6])


def test_courses_cover_one_another_as_far_as_their_levels_meet() -> None:
    found = course_overlap(catalogue(LONG, FIRST_HALF, OTHER, {}))
    assert found[0].tolist() == pytest.approx([1, 0.5, 0, 0])
    assert found[1].tolist() == pytest.approx([1, 1, 0, 0])
    assert found[3].tolist() == [0, 0, 0, 0]


_LEVELS = st.tuples(st.integers(0, 2), st.integers(1, 3)).map(
    lambda pair: (float(pair[0]), float(pair[0] + pair[1]))
)
_COURSES = st.lists(st.dictionaries(st.integers(0, 2), _LEVELS, max_size=2), min_size=1, max_size=5)


@given(_COURSES, st.floats(0, 5), st.floats(0, 5), st.floats(0, 1))
@settings(max_examples=60)
def test_what_comes_before_never_adds_to_a_course(
    courses: list[dict[int, tuple[float, float]]], level: float, required: float, hold: float
) -> None:
    whole = left(courses, level, required, hold)
    later = left(courses[1:], level, required, hold) if len(courses) > 1 else []
    assert all(0 <= share <= 1 for share in whole)
    assert whole[0] == 1
    assert all(one <= other + 1e-9 for one, other in zip(whole[1:], later, strict=True))
