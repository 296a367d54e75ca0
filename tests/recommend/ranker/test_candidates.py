"""Candidates are the union of what sources propose among what is eligible."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ptml.recommend.ranker.candidates import Candidates, propose
from ptml.recommend.ranker.sources import SOURCES, Sources


def sources(eligible: list[list[int]], **scores: list[list[float]]) -> Sources:
    """Scores by source, 0 for those that are not named."""
    shown = np.array(eligible, dtype=np.bool_)
    empty = np.zeros(shown.shape, dtype=np.float32)
    found = {name: np.array(scores.get(name, empty), dtype=np.float32) for name in SOURCES}
    return Sources(found, shown)


def pairs(candidates: Candidates) -> list[tuple[int, int]]:
    return list(zip(candidates.row.tolist(), candidates.course.tolist(), strict=True))


def test_each_source_brings_its_best() -> None:
    found = sources([[1, 1, 1, 1, 0]], first=[[0.9, 0.5, 0.2, 0.1, 1.0]], gap=[[0, 0, 0, 2.0, 3.0]])
    candidates = propose(found, 1, 2)
    assert pairs(candidates) == [(0, 0), (0, 3)]
    by = {name: candidates.proposed[:, k].tolist() for k, name in enumerate(SOURCES)}
    assert by["first"] == [True, False]
    assert by["gap"] == [False, True]
    assert by["unlocked"] == [False, False]


def test_nothing_ineligible_is_proposed_by_any_source() -> None:
    found = sources([[0, 1, 0]], **{name: [[3.0, 1.0, 2.0]] for name in SOURCES})
    assert pairs(propose(found, 3, 3)) == [(0, 1)]


def test_few_eligible_courses_are_all_candidates() -> None:
    found = sources([[1, 1, 0], [0, 0, 0]])
    assert pairs(propose(found, 1, 2)) == [(0, 0), (0, 1)]


def test_equal_scores_share_a_place_and_a_silent_source_has_none() -> None:
    found = sources([[1, 1, 1]], first=[[0.5, 0.7, 0.5]], unit=[[0, 4.0, 0]])
    candidates = propose(found, 3, 3)
    assert candidates.ranks["first"].tolist() == [2, 1, 2]
    np.testing.assert_array_equal(candidates.ranks["unit"], [np.nan, 1, np.nan])


def test_joined_blocks_are_as_one() -> None:
    eligible, first = [[1, 1], [0, 1]], [[0.1, 0.2], [0.3, 0.4]]
    whole = propose(sources(eligible, first=first), 1, 2)
    parts = [propose(sources(eligible[i : i + 1], first=first[i : i + 1]), 1, 2) for i in (0, 1)]
    joined = Candidates.joined([parts[0], parts[1].moved(1)])
    assert pairs(joined) == pairs(whole)
    np.testing.assert_array_equal(joined.ranks["first"], whole.ranks["first"])
    np.testing.assert_array_equal(joined.proposed, whole.proposed)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_candidates_are_eligible_and_no_more_than_asked_for(seed: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    eligible = rng.random((4, 9)) < 0.6
    scores = {name: rng.integers(0, 3, (4, 9)).astype(np.float32) for name in SOURCES}
    candidates = propose(Sources(scores, eligible), 2, most)
    assert eligible[candidates.row, candidates.course].all()
    counts = np.bincount(candidates.row, minlength=4)
    expected = np.minimum(eligible.sum(axis=1), most)
    np.testing.assert_array_equal(counts, expected)
    best = np.fmin.reduce([candidates.ranks[name] for name in SOURCES])
    for row in range(4):
        of_row = best[candidates.row == row]
        assert len(of_row) == 0 or of_row.min() == 1
