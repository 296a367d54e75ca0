from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ptml.decide.rank import Candidates, RankConfig, Ranking, expected_gain, rank_courses

from .portraits import floats

CONFIG = RankConfig()


def candidates(*pairs: tuple[int, int, dict[str, float]]) -> Candidates:
    """Pairs of row, course and what is known of them."""
    columns = {
        name: floats(*(known.get(name) for _, _, known in pairs))
        for name in ("lift", "low", "preference", "gap_closed")
    }
    row, course = (np.array([pair[k] for pair in pairs], dtype=np.int32) for k in (0, 1))
    return Candidates(row, course, **columns)


def listed(ranking: Ranking) -> list[tuple[int, int, int]]:
    return list(
        zip(ranking.row.tolist(), ranking.rank.tolist(), ranking.course.tolist(), strict=True)
    )


def test_a_known_lift_counts_and_a_gap_only_where_it_is_unknown() -> None:
    pairs = candidates((0, 0, {"lift": 1.0, "gap_closed": 9.0}), (0, 1, {"gap_closed": 2.0}))
    gain = expected_gain(pairs, points_per_level=1.5, config=CONFIG)
    assert gain.tolist() == [1.0, 1.5 * 2.0 * CONFIG.trust_in_gap]


def test_with_nothing_but_preference_the_best_liked_comes_first() -> None:
    pairs = candidates((0, 0, {"preference": 0.2}), (0, 1, {"preference": 0.9}), (0, 2, {}))
    assert listed(rank_courses(pairs, 0.0, CONFIG)) == [(0, 1, 1), (0, 2, 0), (0, 3, 2)]


def test_preference_decides_only_between_courses_of_like_gain() -> None:
    pairs = candidates(
        (0, 0, {"lift": 1.0, "preference": 0.1}),
        (0, 1, {"lift": 1.0, "preference": 0.9}),
        (0, 2, {"lift": 1.5, "preference": 0.0}),
    )
    assert rank_courses(pairs, 0.0, CONFIG).course.tolist() == [2, 1, 0]


def test_a_course_that_is_known_to_bring_nothing_is_not_recommended_however_liked() -> None:
    pairs = candidates(
        (0, 0, {"lift": 0.0, "preference": 1.0}),
        (0, 1, {"lift": -1.0, "preference": 1.0}),
        (0, 2, {"lift": 0.01}),
    )
    assert rank_courses(pairs, 1.0, CONFIG).course.tolist() == [2]


def test_a_gap_never_counts_against_a_course() -> None:
    pairs = candidates((0, 0, {"gap_closed": 2.0}))
    assert expected_gain(pairs, points_per_level=-3.0, config=CONFIG).tolist() == [0.0]


def test_by_lower_bound_the_surer_course_comes_first() -> None:
    pairs = candidates((0, 0, {"lift": 3.0, "low": -1.0}), (0, 1, {"lift": 2.0, "low": 1.0}))
    assert rank_courses(pairs, 0.0, CONFIG).course.tolist() == [0, 1]
    sure = RankConfig(by_lower_bound=True)
    assert rank_courses(pairs, 0.0, sure).course.tolist() == [1, 0]


def test_equals_stand_in_the_order_of_course_ids_at_the_cut_too() -> None:
    pairs = candidates(*((0, course, {"lift": 1.0}) for course in (4, 2, 0, 3, 1)))
    assert rank_courses(pairs, 0.0, RankConfig(top_k=3)).course.tolist() == [0, 1, 2]


def test_nobody_to_rank_is_an_empty_ranking() -> None:
    assert len(rank_courses(candidates(), 1.0, CONFIG)) == 0


def test_a_pair_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        rank_courses(candidates((0, 1, {}), (0, 1, {"lift": 1.0})), 0.0, CONFIG)


@st.composite
def organisations(draw: st.DrawFn) -> tuple[Candidates, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Candidates with many equal values, and the table of who may take what."""
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 9)))
    is_eligible = draw(hnp.arrays(np.bool_, shape))
    row, course = (axis.astype(np.int32) for axis in np.nonzero(is_eligible))
    values = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, float("nan")])
    lift, low, preference, gap = (
        draw(hnp.arrays(np.float32, len(row), elements=values)) for _ in range(4)
    )
    return Candidates(row, course, lift, low, np.abs(preference) / 2, np.abs(gap)), is_eligible


top_ks = st.integers(1, 6)


@settings(deadline=None)
@given(organisations(), top_ks, st.booleans())
def test_lists_are_eligible_distinct_sorted_and_no_longer_than_asked(
    organisation: tuple[Candidates, Any], top_k: int, by_lower_bound: bool
) -> None:
    pairs, is_eligible = organisation
    config = RankConfig(top_k=top_k, by_lower_bound=by_lower_bound)
    ranking = rank_courses(pairs, 0.7, config)
    assert is_eligible[ranking.row, ranking.course].all()
    assert not (pairs.lift[ranking.pair] <= 0).any()
    assert len(set(ranking.pair.tolist())) == len(ranking)
    for row in range(len(is_eligible)):
        own = ranking.row == row
        n_possible = int((~pairs.has_no_gain & (pairs.row == row)).sum())
        assert ranking.rank[own].tolist() == list(range(1, min(top_k, n_possible) + 1))
        assert (np.diff(ranking.score[own]) <= 0).all()


@settings(deadline=None)
@given(organisations(), top_ks)
def test_lists_are_those_of_a_full_sort(organisation: tuple[Candidates, Any], top_k: int) -> None:
    pairs, _ = organisation
    ranking = rank_courses(pairs, 0.7, RankConfig(top_k=top_k))
    gain = expected_gain(pairs, 0.7, CONFIG)
    expected = []
    for row in np.unique(pairs.row):
        own = [p for p in np.flatnonzero(pairs.row == row) if not pairs.lift[p] <= 0]
        expected += sorted(own, key=lambda p: (-gain[p], pairs.course[p]))[:top_k]
    assert ranking.pair.tolist() == expected


@settings(deadline=None)
@given(organisations(), st.randoms(use_true_random=False))
def test_the_order_in_which_candidates_come_does_not_matter(
    organisation: tuple[Candidates, Any], random: Any
) -> None:
    pairs, _ = organisation
    order = np.array(random.sample(range(len(pairs)), len(pairs)), dtype=np.int64)
    mixed = Candidates(
        *(
            getattr(pairs, name)[order]
            for name in ("row", "course", "lift", "low", "preference", "gap_closed")
        )
    )
    config = RankConfig(top_k=3)
    before, after = rank_courses(pairs, 0.7, config), rank_courses(mixed, 0.7, config)
    assert listed(before) == listed(after)
    assert before.score.tobytes() == after.score.tobytes()
