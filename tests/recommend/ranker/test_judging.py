"""Both stages are judged on the same people over the whole catalogue."""

import numpy as np
import pytest

from ptml.features.matrix import FeatureMatrix
from ptml.recommend.ranker.candidates import propose
from ptml.recommend.ranker.features import GROUP_OF, NAMES
from ptml.recommend.ranker.judging import CHECK, judge_blocks, rankings
from ptml.recommend.ranker.sources import SOURCES, Sources
from ptml.recommend.ranker.training import Block

N_PEOPLE, N_COURSES = 60, 30


def block(most: int = N_COURSES) -> Block:
    """Everybody chose one of the 30 courses at random; all but course 0 are eligible."""
    rng = np.random.default_rng(0)
    chosen = np.zeros((N_PEOPLE, N_COURSES), dtype=np.bool_)
    chosen[np.arange(N_PEOPLE), rng.integers(1, N_COURSES, N_PEOPLE)] = True
    scores = {name: np.zeros(chosen.shape, dtype=np.float32) for name in SOURCES}
    scores["first"] = rng.random(chosen.shape).astype(np.float32)
    scores["first"][:, 0] = 2
    eligible = np.ones_like(chosen)
    eligible[:, 0] = False
    sources = Sources(scores, eligible)
    candidates = propose(sources, 5, most)
    values = np.zeros((len(candidates), len(NAMES)), dtype=np.float32)
    # The first column says what will be chosen.
    values[:, 0] = chosen[candidates.row, candidates.course]
    matrix = FeatureMatrix(NAMES, values, tuple(GROUP_OF.values()))
    return Block(sources, candidates, matrix, np.ones_like(chosen), chosen)


def figures(block: Block, sign: float) -> dict[str, float]:
    verdict = judge_blocks([block], lambda x: sign * x[:, 0], np.random.default_rng(0))
    assert verdict.wins == (sign > 0)
    return {row.name: row.value for row in verdict.evidence if row.value is not None}


def test_the_right_order_wins_and_the_wrong_one_is_refused() -> None:
    right, wrong = figures(block(), 1.0), figures(block(), -1.0)
    assert right["second_stage_ndcg_at_10/second"] == 1
    assert right[CHECK] == pytest.approx(1 - right["second_stage_ndcg_at_10/first"])
    assert wrong["second_stage_ndcg_at_10/second"] == 0
    assert wrong[CHECK] < 0


def test_what_is_not_eligible_stands_behind_what_is() -> None:
    one = block()
    only_taken = np.zeros_like(one.chosen)
    only_taken[:, 0] = True
    judged = Block(one.sources, one.candidates, one.matrix, one.offered, only_taken)
    found = judge_blocks([judged], lambda x: x[:, 0], np.random.default_rng(0))
    assert {row.value for row in found.evidence if row.kind == "metric"} == {0.0}


def test_what_is_no_candidate_stands_behind_the_candidates() -> None:
    few = block(most=3)
    assert len(few.candidates) == 3 * N_PEOPLE
    found = figures_of_missed(few)
    assert (found > 3).all()


def figures_of_missed(few: Block) -> np.ndarray:
    """Rank, among all, of chosen courses that were no candidates, by the worst possible margin."""
    scores = rankings(few, lambda x: np.full(len(x), -1e9))["second"]
    is_candidate = np.zeros_like(few.chosen)
    is_candidate[few.candidates.row, few.candidates.course] = True
    row, course = np.nonzero(few.chosen & ~is_candidate)
    return np.array([(scores[r] >= scores[r, c]).sum() for r, c in zip(row, course, strict=True)])


def test_a_constant_margin_earns_nothing() -> None:
    verdict = judge_blocks([block()], lambda x: np.zeros(len(x)), np.random.default_rng(0))
    values = {row.name: row.value for row in verdict.evidence}
    assert values["second_stage_ndcg_at_10/second"] == 0
    assert not verdict.wins
