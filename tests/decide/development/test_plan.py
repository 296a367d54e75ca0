"""What both ask for first, then what either asks for."""

from typing import Any

import numpy as np

from ptml.contracts.development import ASKED_BY, NO_COURSE
from ptml.decide.development.config import DevelopmentConfig
from ptml.decide.development.own_goals import OwnGoals
from ptml.decide.development.plan import Plan, lay_plan, serving, without_course
from ptml.decide.development.progress import ON_TRACK, REACHED, Progress
from tests.decide.portraits import portraits

NAN = float("nan")
Array = np.ndarray[Any, np.dtype[Any]]


def plan(
    level: list[list[float]],
    required: list[list[float]],
    own: list[tuple[int, int, float]] = [],  # noqa: B006
    reached: tuple[int, ...] = (),
    weight: list[list[float]] | None = None,
    far_below: float = 9.0,
    **settings: float,
) -> Plan:
    n = len(own)
    row, competency, target = (np.array(c) for c in zip(*own, strict=True)) if own else [[]] * 3
    goals = OwnGoals(
        np.array(row, np.int64),
        np.array(competency, np.int32),
        np.array(target, np.float32),
        np.full(n, 10, np.int32),
        np.zeros(n, np.int32),
    )
    status = np.full(n, ON_TRACK)
    status[list(reached)] = REACHED
    none = np.full(n, NAN)
    made = Progress(none, none, none, status)
    config = DevelopmentConfig.model_validate(settings)
    weights = np.ones((len(level), len(level[0]))) if weight is None else np.array(weight)
    return lay_plan(portraits(level, required), goals, made, weights, config, far_below)


def told(found: Plan, person: int = 0) -> list[tuple[int, str]]:
    mine = found.row == person
    assert found.place[mine].tolist() == list(range(1, int(mine.sum()) + 1))
    words = [ASKED_BY[k] for k in found.asked_by[mine]]
    return list(zip(found.competency[mine].tolist(), words, strict=True))


def test_what_both_ask_for_comes_first() -> None:
    found = plan([[1.0, 1.0, 1.0]], [[5.0, 2.0, NAN]], [(0, 1, 2.0), (0, 2, 4.5)])
    assert told(found) == [(1, "both"), (0, "role"), (2, "own")]


def test_what_only_one_asks_for_stands_by_what_is_missing() -> None:
    found = plan([[1.0, 1.0, 1.0]], [[2.0, NAN, NAN]], [(0, 1, 3.0), (0, 2, 1.5)])
    assert told(found) == [(1, "own"), (0, "role"), (2, "own")]
    less = plan([[1.0, 1.0]], [[2.0, NAN]], [(0, 1, 3.0)], own_importance=0.4)
    assert told(less) == [(0, "role"), (1, "own")]


def test_goals_of_the_unit_turn_the_order_round() -> None:
    level, required = [[1.0, 1.0]], [[3.0, 2.5]]
    assert told(plan(level, required)) == [(0, "role"), (1, "role")]
    assert told(plan(level, required, weight=[[0.5, 1.5]])) == [(1, "role"), (0, "role")]


def test_what_is_reached_comes_last_unless_the_role_asks_for_more() -> None:
    level, required = [[1.0, 4.0, 3.0]], [[2.0, NAN, 4.0]]
    found = plan(level, required, [(0, 1, 4.0), (0, 2, 3.0)], reached=(0, 1))
    assert told(found) == [(0, "role"), (2, "both"), (1, "own")]


def test_small_gaps_are_not_in_the_plan_and_large_ones_only_so_many() -> None:
    level, required = [[2.0, 2.0, 2.0, 2.0]], [[2.1, 3.0, 4.0, 5.0]]
    assert told(plan(level, required, most_role_gaps=2)) == [(3, "role"), (2, "role")]
    own = plan(level, required, [(0, 3, 4.0)], most_role_gaps=2)
    assert told(own) == [(3, "both"), (2, "role"), (1, "role")]


def test_what_a_path_would_have_to_work_on_is_in_the_plan_beyond_the_cap() -> None:
    level, required = [[1.0, 1.0, 1.0, 1.0]], [[4.0, 3.0, 2.5, 2.0]]
    found = plan(level, required, most_role_gaps=1, far_below=1.5)
    assert told(found) == [(0, "role"), (1, "role"), (2, "role")]
    many = plan(level, required, most_role_gaps=4, far_below=1.5)
    assert told(many) == [*told(found), (3, "role")]
    coarse = plan(level, required, least_gap=2.5, far_below=1.5)
    assert told(coarse) == told(found)


def test_everybody_has_a_plan_of_their_own() -> None:
    found = plan([[1.0], [1.0], [3.0]], [[2.0], [3.0], [2.0]], [(1, 0, 2.0)])
    assert [told(found, k) for k in range(3)] == [[(0, "role")], [(0, "both")], []]


def test_nobody_has_no_plan() -> None:
    assert len(plan([[3.0]], [[2.0]])) == 0


def courses(found: Plan, listed: list[tuple[int, int]], most: int = 3) -> list[list[int]]:
    """Courses of each row; 0 leads to 2 in the first competency, 1 and 2 to 4."""
    to_level = np.array([[2.0, NAN], [4.0, NAN], [4.0, 1.0]])
    level = np.array([[2.5, NAN]])
    row, course = (np.array(column, dtype=np.int64) for column in zip(*listed, strict=True))
    entry, at = serving(found, level, to_level, row, course, most)
    return [course[at[entry == k]].tolist() for k in range(len(found))]


def test_courses_that_lead_further_serve_in_the_order_of_the_list() -> None:
    found = plan([[2.5, NAN]], [[4.0, NAN]], [(0, 1, 3.0)])
    assert told(found) == [(0, "role"), (1, "own")]
    assert courses(found, [(0, 2), (0, 0), (0, 1)]) == [[2, 1], [2]]
    assert courses(found, [(0, 2), (0, 0), (0, 1)], most=1) == [[2], [2]]


def test_a_row_without_a_course_says_why() -> None:
    found = plan([[2.5, NAN]], [[4.0, NAN]], [(0, 1, 3.0)])
    to_level, level = np.array([[2.0, NAN], [4.0, NAN]]), np.array([[2.5, NAN]])

    def why(*is_open: bool) -> list[str]:
        none = np.zeros(0, dtype=np.int64)
        code = without_course(found, level, to_level, np.array(is_open), none)
        return [NO_COURSE[k] for k in code]

    assert why(True, True) == ["not_listed", "not_taught"]
    assert why(True, False) == ["not_taught", "not_taught"]
    assert why(False, False) == ["not_taught", "not_taught"]
