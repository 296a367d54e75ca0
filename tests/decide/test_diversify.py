import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.decide.diversify import diversify
from ptml.decide.rank import Candidates, RankConfig, rank_courses

# Courses 0 and 1 teach the same, 2 something near it, 3 and 4 something else each.
SIMILARITY = np.array(
    [
        [1, 1, 0.6, 0, 0],
        [1, 1, 0.6, 0, 0],
        [0.6, 0.6, 1, 0.2, 0],
        [0, 0, 0.2, 1, 0],
        [0, 0, 0, 0, 1],
    ],
    dtype=np.float32,
)


def pairs(*lifts: list[float]) -> Candidates:
    """Rows with a lift for each course; NaN = no candidate."""
    table = np.array(lifts, dtype=np.float32)
    row, course = (axis.astype(np.int32) for axis in np.nonzero(~np.isnan(table)))
    lift = table[row, course]
    unknown = np.full(len(row), np.nan, dtype=np.float32)
    return Candidates(row, course, lift, lift, unknown, unknown)


def courses(candidates: Candidates, diversity: float, top_k: int = 3) -> list[int]:
    config = RankConfig(top_k=top_k, diversity=diversity)
    return diversify(candidates, 0.0, SIMILARITY, config).course.tolist()


def test_the_more_diversity_the_less_of_the_same() -> None:
    one = pairs([4.0, 3.8, 3.0, 1.0, 0.4])
    assert courses(one, 0.0) == [0, 1, 2]
    # Behind course 0: course 1 is worth .7 x .95 - .3, course 2 .7 x .75 - .3 x .6, 3 .7 x .25.
    assert courses(one, 0.3) == [0, 1, 2]
    assert courses(one, 0.35) == [0, 2, 1]
    assert courses(one, 0.6) == [0, 3, 4]


def test_the_first_place_is_the_best_course_whatever_the_knob() -> None:
    one = pairs([1.0, 2.0, 9.0, 0.5, 0.1])
    assert [courses(one, d)[0] for d in (0.0, 0.5, 0.99)] == [2, 2, 2]


def test_lists_end_where_courses_do_and_nothing_without_gain_gets_in() -> None:
    config = RankConfig(top_k=3, diversity=0.9)
    nan = np.nan
    found = diversify(
        pairs([4, 3.8, nan, nan, nan], [nan] * 5, [1, -1, 0, nan, 2]), 0.0, SIMILARITY, config
    )
    assert found.row.tolist() == [0, 0, 2, 2]
    assert found.rank.tolist() == [1, 2, 1, 2]
    assert found.course.tolist() == [0, 1, 4, 0]
    assert found.score.tolist() == pytest.approx([4, 3.8, 2, 1])


def test_nobody_to_rank() -> None:
    assert len(diversify(pairs([np.nan] * 5), 0.0, SIMILARITY, RankConfig(diversity=0.5))) == 0


lifts = st.lists(
    st.lists(st.sampled_from([np.nan, -1.0, 0.5, 1.0, 2.0]), min_size=5, max_size=5),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(lifts, st.integers(1, 5), st.sampled_from([0.0, 0.2, 0.7]))
def test_lists_are_as_long_as_by_gain_and_the_same_without_a_knob(
    table: list[list[float]], top_k: int, diversity: float
) -> None:
    candidates = pairs(*table)
    config = RankConfig(top_k=top_k, diversity=diversity)
    plain, found = (
        rank_courses(candidates, 0.0, config),
        diversify(candidates, 0.0, SIMILARITY, config),
    )
    assert found.row.tolist() == plain.row.tolist()
    assert found.rank.tolist() == plain.rank.tolist()
    assert len(set(found.pair.tolist())) == len(found)
    assert not (candidates.lift[found.pair] <= 0).any()
    if diversity == 0:
        assert found.pair.tolist() == plain.pair.tolist()
