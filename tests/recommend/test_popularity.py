"""Popularity: shares of choices, of everybody and in a role."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ptml.recommend.choices import Choices
from ptml.recommend.popularity import Offer, Popularity

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


def offered(opened: list[int], alike: Sequence[Sequence[float]] | None = None) -> Offer:
    never = np.iinfo(np.int32).min
    days = np.array([never if day < 0 else day for day in opened], np.int32)
    return Offer(
        days, csr_matrix(np.zeros((N_COURSES, N_COURSES)) if alike is None else np.array(alike))
    )


def with_offer(cells: list[tuple[int, int, int]], offer: Offer) -> Popularity:
    return Popularity.fit(choices(cells), 100, 1e9, N_ROLES, N_COURSES, offer)


def test_a_course_that_opened_late_is_not_unpopular_for_that() -> None:
    # Open for the last 30 of 100 days, and chosen as often a day as the other.
    cells = [(0, 0, day) for day in range(100)] * 5 + [(0, 1, day) for day in range(70, 100)] * 5
    found = with_offer(cells, offered([-1, 70, -1]))
    assert found.on_offer == pytest.approx([1, 0.3, 1], abs=0.01)
    assert found.overall[1] / found.overall[0] == pytest.approx(1, rel=0.05)
    assert fitted(cells).overall[1] / fitted(cells).overall[0] == pytest.approx(0.3)
    assert found.in_role.sum(axis=1) == pytest.approx([1] * (N_ROLES + 1))


def test_a_course_that_nobody_chose_yet_is_as_popular_as_its_neighbours() -> None:
    cells = [(0, 0, day) for day in range(90)] + [(0, 1, day) for day in range(10)]
    like_0 = with_offer(cells, offered([-1, -1, 99], [[0.0, 0, 0], [0.0, 0, 0], [1.0, 0, 0]]))
    like_1 = with_offer(cells, offered([-1, -1, 99], [[0.0, 0, 0], [0.0, 0, 0], [0.0, 1, 0]]))
    assert like_0.overall[2] > 1.5 * like_1.overall[2] > 0
    assert like_0.overall.sum() == pytest.approx(1)


def test_a_course_that_was_open_all_along_and_never_chosen_is_not_popular() -> None:
    cells = [(0, 0, day) for day in range(90)] + [(0, 1, day) for day in range(10)]
    alike = [[0.0, 0, 0], [0.0, 0, 0], [1.0, 0, 0]]
    old = with_offer(cells, offered([-1, -1, -1], alike)).overall[2]
    assert old < with_offer(cells, offered([-1, -1, 99], alike)).overall[2] / 2


def test_other_courses_take_weighted_means() -> None:
    found = fitted([(0, 0, 1), (0, 0, 1), (1, 1, 1), (1, 2, 1)])
    placed = found.onto(csr_matrix(np.array([[0, 1.0, 0], [0.5, 0.5, 0]])))
    assert placed.overall == pytest.approx([0.25, 0.375])
    assert placed.in_role[0, 1] == pytest.approx(found.in_role[0, :2].mean())
