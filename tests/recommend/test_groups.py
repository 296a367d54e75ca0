"""Units and grades: what differs beyond chance is added, what does not is not."""

import numpy as np

from ptml.recommend.groups import GroupShares

N_COURSES = 5
EVERYWHERE = np.ones(N_COURSES)


def fitted(counts: list[list[int]]) -> GroupShares:
    """Groups that were expected to choose each course alike."""
    cells = np.nonzero(np.array(counts))
    group, course = (np.repeat(each, np.array(counts)[cells]).astype(np.int32) for each in cells)
    total = np.array(counts).sum(axis=1, keepdims=True)
    expected = np.repeat(total / N_COURSES, N_COURSES, axis=1)
    return GroupShares.fit(group, course, np.ones(len(group)), expected, EVERYWHERE)


def test_a_group_with_a_taste_of_its_own_keeps_it() -> None:
    found = fitted([[90, 10, 0, 0, 0], [0, 0, 0, 10, 90]])
    shares = found.shares(np.array([0, 1, -1], np.int32))
    assert shares[0, 0] > 0.6
    assert shares[1, 0] < -0.15
    assert not shares[2].any()


def test_shifts_of_a_group_add_up_to_0() -> None:
    found = fitted([[90, 10, 0, 0, 0], [0, 0, 0, 10, 90]])
    np.testing.assert_allclose(found.shift.sum(axis=1), 0, atol=1e-6)


def test_chance_is_pulled_to_nothing() -> None:
    rng = np.random.default_rng(0)
    found = fitted(rng.multinomial(30, np.full(N_COURSES, 1 / N_COURSES), 200).tolist())
    assert found.strength > 1_000
    assert np.abs(found.shift).max() < 0.01


def test_a_small_group_is_pulled_further_than_a_large_one() -> None:
    found = fitted([[200, 0, 0, 0, 0], [0, 0, 2, 0, 0], [0, 200, 0, 0, 0]])
    assert found.shift[0, 0] > found.shift[1, 2] > 0


def test_a_course_that_was_open_for_half_of_the_time_is_not_held_against_a_group() -> None:
    on_offer = np.array([0.5, 1, 1, 1, 1])
    course = np.repeat(np.arange(N_COURSES), [50, 100, 100, 100, 100]).astype(np.int32)
    group = np.zeros(len(course), np.int32)
    expected = np.full((1, N_COURSES), len(course) / N_COURSES)
    found = GroupShares.fit(group, course, np.ones(len(course)), expected, on_offer)
    np.testing.assert_allclose(found.shift, 0, atol=1e-6)
