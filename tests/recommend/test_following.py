"""What follows what: learnt forwards in time, from people alike in weight."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ptml.recommend.choices import Choices
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.following import Following, fit_following
from ptml.recommend.popularity import Popularity

CONFIG = PreferenceConfig(ridge=1.0)
N_COURSES = 6
POWER = 0.6
FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def choices(histories: list[list[int]], days: list[int] | None = None) -> Choices:
    """One list of courses a person, a day apart unless said."""
    cells = [
        (person, course, place if days is None else days[place])
        for person, courses in enumerate(histories)
        for place, course in enumerate(courses)
    ]
    employee, course, day = np.array(cells, np.int32).reshape(-1, 3).T
    nobody = np.full(len(cells), -1, np.int32)
    return Choices(employee, course, day, nobody, np.ones(len(cells)))


def learnt(found: Choices, config: PreferenceConfig = CONFIG) -> Following | None:
    return fit_following(found, Popularity.fit(found, 100, 1e9, 0, N_COURSES), config)


def shift(
    following: Following | None, *recent: int
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    assert following is not None
    row = np.zeros((1, N_COURSES), np.float32)
    row[0, list(recent)] = 1
    found: np.ndarray[tuple[int], np.dtype[np.float32]] = following.score(csr_matrix(row))[0]
    return found


def by_definition(found: Choices, config: PreferenceConfig) -> FloatArray:
    """The docstring's formula, choice by choice."""
    overall = np.bincount(found.course, minlength=N_COURSES) / len(found)
    seen, followed = np.zeros((N_COURSES, N_COURSES)), np.zeros((N_COURSES, N_COURSES))
    for person in np.unique(found.employee):
        own = np.flatnonzero(found.employee == person)
        days = np.unique(found.day[own])[1:]
        for day in days:
            past = own[found.day[own] < day]
            ahead = own[found.day[own] >= day]
            x, y = np.zeros(N_COURSES), np.zeros(N_COURSES)
            for choice in past[-config.max_back :]:
                between = (found.day[past] > found.day[choice]).sum()
                x[found.course[choice]] += found.weight[choice] * (1 + between) ** -POWER
            for choice in ahead[: config.max_ahead]:
                between = (found.day[ahead] < found.day[choice]).sum()
                y[found.course[choice]] += (1.0 + between) ** -POWER
            weight = 1 / np.sqrt(len(days))
            seen += weight * np.outer(x, x)
            followed += weight * np.outer(x, y / y.sum() - overall)
    effect = np.linalg.solve(seen + config.ridge * np.eye(N_COURSES), followed)
    return effect.astype(np.float64)


def test_effects_are_those_of_the_formula() -> None:
    rng = np.random.default_rng(0)
    histories = [rng.integers(0, N_COURSES, rng.integers(1, 9)).tolist() for _ in range(40)]
    plain = choices(histories, days=[1, 2, 2, 5, 6, 6, 6, 9])
    found = replace(plain, weight=rng.random(len(plain)) + 0.5)
    config = PreferenceConfig(ridge=2.0, recency_power=POWER, max_back=4, max_ahead=3)
    following = learnt(found, config)
    assert following is not None
    np.testing.assert_allclose(following.effect, by_definition(found, config), atol=1e-5)


def test_what_comes_next_is_learnt_and_what_came_before_is_not() -> None:
    following = learnt(choices([[0, 1]] * 20 + [[2, 3]] * 20))
    assert shift(following, 0).argmax() == 1
    assert shift(following, 0)[1] > 0.3
    assert shift(following, 1)[0] == 0


def test_courses_of_one_day_follow_nothing_among_themselves() -> None:
    assert learnt(choices([[0, 1]] * 20, days=[5, 5])) is None


def test_people_who_chose_once_teach_nothing() -> None:
    assert learnt(choices([[0], [1], [2]])) is None


def test_the_last_choice_says_more_than_the_one_before() -> None:
    following = learnt(choices([[0, 2, 3]] * 20 + [[1, 2, 4]] * 20 + [[2, 5]] * 20))
    assert shift(following, 0)[3] > shift(following, 1)[3] + 0.1


def test_what_follows_adds_up_over_own_choices() -> None:
    rng = np.random.default_rng(0)
    following = learnt(choices([rng.permutation(N_COURSES)[:4].tolist() for _ in range(60)]))
    both = shift(following, 0, 1)
    np.testing.assert_allclose(both, shift(following, 0) + shift(following, 1), atol=1e-6)


def test_without_anything_to_learn_popularity_is_left_as_it_is() -> None:
    rng = np.random.default_rng(0)
    found = choices([rng.integers(0, N_COURSES, 6).tolist() for _ in range(3000)])
    following = learnt(found, PreferenceConfig())
    assert following is not None
    assert np.abs(following.effect).max() < 0.05


def test_a_collector_does_not_drown_the_others() -> None:
    collector = [0, 1] * 200
    others = [[0, 2] if n % 2 else [3, 4] for n in range(200)]
    following = learnt(choices([collector, *others]))
    assert shift(following, 0)[2] > shift(following, 0)[1]


def test_courses_past_the_limit_neither_follow_nor_are_followed() -> None:
    config = PreferenceConfig(ridge=1.0, max_following=2)
    following = learnt(choices([[0, 1]] * 20 + [[2, 3]]), config)
    assert following is not None
    assert following.courses.tolist() == [0, 1]
    assert not shift(following, 2).any()
    assert shift(following, 0)[1] > 0


def test_moments_in_many_parts_teach_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    found = choices([rng.permutation(N_COURSES)[:4].tolist() for _ in range(30)])
    whole = learnt(found)
    monkeypatch.setattr("ptml.recommend.following._CHUNK", 7)
    parts = learnt(found)
    assert whole is not None
    assert parts is not None
    np.testing.assert_allclose(whole.effect, parts.effect, atol=1e-6)
