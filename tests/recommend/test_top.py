"""The best courses of many people: never an excluded one, never filled up."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ptml.recommend.top import top_courses

NOTHING = np.zeros(5, dtype=np.bool_)


def best(scores: np.ndarray, excluded: np.ndarray, closed: np.ndarray, k: int) -> list[list[int]]:
    people = np.arange(len(scores), dtype=np.int32)
    given = scores.astype(np.float32)
    return top_courses(lambda p: given[p], people, csr_matrix(excluded), closed, k).tolist()


def test_the_best_courses_come_first() -> None:
    scores = np.array([[0.1, 0.5, 0.3, 0.2, 0.4]])
    assert best(scores, np.zeros((1, 5)), NOTHING, 3) == [[1, 4, 2]]


def test_what_is_excluded_or_closed_is_left_out_and_nothing_is_filled_up() -> None:
    scores = np.array([[0.1, 0.5, 0.3, 0.2, 0.4], [0.1, 0.5, 0.3, 0.2, 0.4]])
    excluded = np.array([[0, 1, 0, 0, 1], [0, 0, 0, 0, 0]])
    closed = np.array([False, False, True, False, False])
    assert best(scores, excluded, closed, 3) == [[3, 0, -1], [1, 4, 3]]


def test_a_catalogue_may_be_shorter_than_a_list() -> None:
    scores = np.array([[0.1, 0.5, 0.3, 0.2, 0.4]])
    assert best(scores, np.zeros((1, 5)), NOTHING, 7) == [[1, 4, 2, 3, 0, -1, -1]]


def test_equals_stand_in_the_order_of_their_codes() -> None:
    assert best(np.zeros((1, 5)), np.zeros((1, 5)), NOTHING, 5) == [[0, 1, 2, 3, 4]]


def test_scores_below_0_are_scores() -> None:
    scores = -np.array([[0.1, 0.5, 0.3, 0.2, 0.4]])
    assert best(scores, np.zeros((1, 5)), NOTHING, 2) == [[0, 3]]


@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_blocks_and_threads_change_nothing(n_threads: int) -> None:
    rng = np.random.default_rng(0)
    scores = rng.random((5_000, 40)).astype(np.float32)
    excluded = rng.random((5_000, 40)) < 0.3
    people = np.arange(5_000, dtype=np.int32)[::-1].copy()
    closed = np.zeros(40, dtype=np.bool_)
    found = top_courses(
        lambda asked: scores[asked], people, csr_matrix(excluded), closed, 6, n_threads
    )
    by_hand = np.argsort(-np.where(excluded, -np.inf, scores), axis=1)[people, :6]
    np.testing.assert_array_equal(found, by_hand)


def test_the_callers_scores_are_not_touched() -> None:
    scores = np.ones((1, 5), dtype=np.float32)
    people = np.zeros(1, dtype=np.int32)
    top_courses(lambda _: scores, people, csr_matrix(np.ones((1, 5))), NOTHING, 2)
    assert (scores == 1).all()
