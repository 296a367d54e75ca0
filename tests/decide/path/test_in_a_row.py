from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.decide.path.config import PathConfig
from ptml.decide.path.in_a_row import lay_path

Steps = list[tuple[int, int, int, float]]


def path(hours: list[list[float]], **settings: Any) -> Steps:
    """Steps of people with so many hours a recommended course: pair, step, week, weeks."""
    row = np.repeat(np.arange(len(hours)), [len(own) for own in hours])
    rank = np.concatenate([np.arange(1, len(own) + 1) for own in hours])
    flat = np.array([value for own in hours for value in own], dtype=np.float64)
    found = lay_path(row, rank, flat, PathConfig(**settings))
    return list(zip(*(column.tolist() for column in found), strict=True))


def test_each_step_begins_in_the_week_in_which_the_one_before_ends() -> None:
    assert path([[8.0, 3.0, 2.0]], hours_per_week=2.0) == [
        (0, 1, 0, 4.0),
        (1, 2, 4, 1.5),
        (2, 3, 5, 1.0),
    ]


def test_each_person_begins_at_week_0() -> None:
    assert [week for _, _, week, _ in path([[8.0, 3.0], [5.0]])] == [0, 4, 0]


def test_a_path_has_no_more_steps_than_asked_for() -> None:
    assert len(path([[1.0] * 10, [1.0]], max_steps=3)) == 4


def test_a_course_of_unknown_length_ends_the_path_before_it() -> None:
    unknown = float("nan")
    assert [pair for pair, *_ in path([[4.0, unknown, 4.0], [unknown], [6.0]])] == [0, 4]


def test_nobody_has_no_path() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    chosen, *_ = lay_path(nothing, nothing, np.zeros(0), PathConfig())
    assert chosen.tolist() == []


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.floats(0, 80), st.just(float("nan"))), min_size=1, max_size=6),
        min_size=1,
        max_size=5,
    )
)
def test_nobodys_path_depends_on_others(hours: list[list[float]]) -> None:
    together = [steps[1:] for steps in path(hours)]
    alone = [steps[1:] for own in hours for steps in path([own])]
    assert together == alone
