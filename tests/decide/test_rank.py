"""Ranking: only what may be offered, best first, never padded."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ptml.decide.rank import Candidates, RankConfig, rank_courses

NAN = float("nan")


def _candidates(pairs: list[tuple[int, int, float, float, float]]) -> Candidates:
    row, course, lift, preference, gap = zip(*pairs, strict=True) if pairs else ((),) * 5
    lifts = np.array(lift, dtype=np.float32)
    return Candidates(
        np.array(row, dtype=np.int32),
        np.array(course, dtype=np.int32),
        lifts,
        lifts - 1,
        np.array(preference, dtype=np.float32),
        np.array(gap, dtype=np.float32),
    )


def test_known_lift_ranks_first_and_preference_breaks_near_ties() -> None:
    found = _candidates([(0, 0, 1.0, 0.9, 0.0), (0, 1, 3.0, 0.0, 0.0), (0, 2, 1.0, 0.1, 0.0)])
    ranking = rank_courses(found, 0.0, RankConfig())
    assert found.course[ranking.pair].tolist() == [1, 0, 2]
    assert ranking.rank.tolist() == [1, 2, 3]


def test_a_course_whose_lift_is_known_to_be_harm_is_not_proposed() -> None:
    found = _candidates([(0, 0, -0.5, 1.0, 2.0), (0, 1, 0.2, 0.0, 0.0)])
    assert found.course[rank_courses(found, 1.0, RankConfig()).pair].tolist() == [1]


def test_a_gap_counts_where_the_lift_is_not_known() -> None:
    found = _candidates([(0, 0, NAN, 0.0, 0.2), (0, 1, NAN, 0.0, 1.0)])
    ranking = rank_courses(found, 2.0, RankConfig(trust_in_gap=0.5))
    assert found.course[ranking.pair].tolist() == [1, 0]
    assert ranking.score.tolist() == [1.0, 0.2 * 2.0 * 0.5] or np.allclose(
        ranking.score, [1.0, 0.2]
    )


def test_with_preference_alone_the_best_liked_is_first() -> None:
    found = _candidates([(0, 0, NAN, 0.1, NAN), (0, 1, NAN, 0.8, NAN)])
    assert found.course[rank_courses(found, 0.0, RankConfig()).pair].tolist() == [1, 0]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.integers(0, 30),
            st.one_of(st.just(NAN), st.floats(-3, 5, width=32)),
            st.floats(0, 1, width=32),
            st.floats(0, 3, width=32),
        ),
        unique_by=lambda pair: pair[:2],
        max_size=60,
    ),
    st.integers(1, 6),
)
def test_lists_are_sorted_short_and_free_of_harm(
    pairs: list[tuple[int, int, float, float, float]], k: int
) -> None:
    found = _candidates(sorted(pairs, key=lambda pair: pair[:2]))
    ranking = rank_courses(found, 1.0, RankConfig(top_k=k))
    row = found.row[ranking.pair]
    assert len(set(ranking.pair.tolist())) == len(ranking.pair)
    assert not (found.lift[ranking.pair] <= 0).any()
    for person in np.unique(row):
        mine = row == person
        assert ranking.rank[mine].tolist() == list(range(1, int(mine.sum()) + 1))
        assert (np.diff(ranking.score[mine]) <= 1e-9).all()
        possible = ((found.row == person) & ~(found.lift <= 0)).sum()
        assert mine.sum() == min(k, possible)
