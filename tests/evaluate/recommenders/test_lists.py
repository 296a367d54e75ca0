"""Metrics of lists by hand, and the same as those of ranks."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ptml.evaluate.recommenders.lists import LENGTH, metrics_of
from ptml.recommend import ranking


def lists_of(*rows: list[int]) -> np.ndarray:
    lists = np.full((len(rows), LENGTH), -1, dtype=np.int32)
    for place, row in enumerate(rows):
        lists[place, : len(row)] = row
    return lists


def test_figures_by_hand() -> None:
    held_out = np.zeros((2, 30))
    held_out[0, [4, 6]] = 1
    held_out[1, 2] = 1
    found = metrics_of(lists_of([5, 4, 6], [2]), csr_matrix(held_out), 10)
    ideal = 1 + 1 / np.log2(3)
    assert found["ndcg_at_10"] == pytest.approx(((1 / np.log2(3) + 0.5) / ideal + 1) / 2)
    assert found["recall_at_20"] == 1
    assert found["map_at_10"] == pytest.approx(((1 / 2 + 2 / 3) / 2 + 1) / 2)
    assert found["coverage"] == 4 / 10


def test_an_empty_place_finds_nothing() -> None:
    held_out = np.zeros((1, 30))
    held_out[0, 0] = 1
    found = metrics_of(lists_of([]), csr_matrix(held_out), 30)
    assert set(found.values()) == {0}


def test_lists_give_what_ranks_give() -> None:
    rng = np.random.default_rng(0)
    scores = rng.permuted(np.tile(np.arange(60.0), (200, 1)), axis=1)
    held_out = rng.random((200, 60)) < 0.08
    held_out[:, 0] = True
    lists = np.argsort(-scores, axis=1)[:, :LENGTH].astype(np.int32)
    found = metrics_of(lists, csr_matrix(held_out.astype(float)), 60)
    ranks = ranking.ranks_of_held_out(scores, np.zeros_like(held_out), held_out)
    assert found["ndcg_at_10"] == pytest.approx(ranking.ndcg(ranks, 10).mean())
    assert found["recall_at_20"] == pytest.approx(ranking.recall(ranks, 20).mean())
