"""Metrics of ranking by hand, and ties that nobody gains from."""

import numpy as np
import pytest

from ptml.recommend.ranking import bootstrap_interval, ndcg, ranks_of_held_out, recall


def test_taken_courses_do_not_stand_before_a_held_out_one() -> None:
    scores = np.array([[0.9, 0.5, 0.7, 0.1]])
    wanted = np.array([[False, True, False, False]])
    nothing, first = np.zeros((1, 4), dtype=bool), np.array([[True, False, False, False]])
    assert [r.tolist() for r in ranks_of_held_out(scores, nothing, wanted)] == [[3]]
    assert [r.tolist() for r in ranks_of_held_out(scores, first, wanted)] == [[2]]


def test_a_constant_score_ranks_last() -> None:
    wanted = np.array([[False, False, True]])
    excluded = np.zeros((1, 3), dtype=bool)
    assert ranks_of_held_out(np.zeros((1, 3)), excluded, wanted)[0].tolist() == [3]


def test_ndcg_and_recall_by_hand() -> None:
    ranks = [np.array([1, 3]), np.array([11])]
    best = 1 + 1 / np.log2(3)
    assert ndcg(ranks, 10) == pytest.approx([(1 + 0.5) / best, 0])
    assert recall(ranks, 2).tolist() == [0.5, 0]
    assert recall(ranks, 1).tolist() == [1, 0]


def test_the_interval_holds_the_mean_and_repeats_with_the_seed() -> None:
    values = np.random.default_rng(0).random(200)
    mean, low, high = bootstrap_interval(values, np.random.default_rng(1))
    assert low < mean < high
    assert (mean, low, high) == bootstrap_interval(values, np.random.default_rng(1))
    assert mean - low == pytest.approx(1.96 * values.std() / np.sqrt(200), rel=0.2)


def test_no_people_give_no_figure() -> None:
    assert np.isnan(bootstrap_interval(np.zeros(0), np.random.default_rng(0))).all()
