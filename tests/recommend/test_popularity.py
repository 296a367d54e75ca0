"""Popularity: shares of choices, of everybody and in a role."""

import numpy as np
import pytest

from ptml.recommend.choices import Choices
from ptml.recommend.popularity import Popularity

N_ROLES, N_COURSES = 2, 3


def choices(cells: list[tuple[int, int, int]]) -> Choices:
    """Choices of role, course and day."""
    role, course, day = np.array(cells, np.int32).reshape(-1, 3).T
    return Choices(np.arange(len(cells), dtype=np.int32), course, day, role, np.ones(len(cells)))


def fitted(cells: list[tuple[int, int, int]], half_life_days: float = 1e9) -> Popularity:
    return Popularity.fit(choices(cells), 100, half_life_days, N_ROLES, N_COURSES)


def test_shares_are_counted_and_add_up() -> None:
    found = fitted([(0, 0, 1), (0, 0, 1), (1, 1, 1), (-1, 1, 1)])
    np.testing.assert_allclose(found.overall, [0.5, 0.5, 0])
    np.testing.assert_allclose(found.in_role.sum(axis=1), 1, rtol=1e-6)


def test_a_choice_counts_half_after_a_half_life() -> None:
    found = fitted([(0, 0, 100), (0, 1, 70)], half_life_days=30)
    np.testing.assert_allclose(found.overall, [2 / 3, 1 / 3, 0], rtol=1e-6)


def test_roles_that_differ_keep_their_own_and_small_ones_are_pulled() -> None:
    found = fitted([(0, 0, 1)] * 200 + [(1, 1, 1)] * 4)
    in_large, in_small = found.shares(np.array([0, 1], np.int32))
    assert found.strength >= 1
    assert in_large[0] == pytest.approx((200 + found.strength * 200 / 204) / (200 + found.strength))
    assert in_small[1] == pytest.approx((4 + found.strength * 4 / 204) / (4 + found.strength))


def test_people_without_a_role_get_what_everybody_chooses() -> None:
    found = fitted([(0, 0, 1), (0, 0, 1), (1, 1, 1)])
    np.testing.assert_array_equal(found.shares(np.array([-1], np.int32))[0], found.overall)


@pytest.mark.parametrize("n_roles", [0, 2])
def test_nothing_chosen_is_nobodys_favourite(n_roles: int) -> None:
    found = Popularity.fit(choices([]), 100, 30.0, n_roles, N_COURSES)
    assert not found.in_role.any()
    assert found.in_role.shape == (n_roles + 1, N_COURSES)
