from dataclasses import replace

import numpy as np
import pytest

from ptml.decide.path import check
from ptml.decide.path.check import checked_paths
from ptml.decide.path.config import PathConfig
from ptml.decide.path.library import library_paths
from ptml.decide.path.search import best_paths
from tests.decide.path.paths import best_value, value_of
from tests.decide.path.problems import random_problem

CONFIG = PathConfig()


@pytest.mark.parametrize("seed", range(3))
def test_no_path_of_all_is_better_than_that_of_the_search(seed: int) -> None:
    problem = random_problem(seed, 25, 5)
    found = best_paths(problem, CONFIG)
    assert found.is_optimal.all()
    for person in range(len(problem)):
        assert best_value(problem, person, CONFIG) == pytest.approx(found.value[person], abs=1e-9)


def test_the_path_that_is_given_has_the_value_that_is_given() -> None:
    problem = random_problem(7, 60, 9, steps=4)
    found = best_paths(problem, CONFIG)
    for person in range(len(problem)):
        path = tuple(int(c) for c in found.order[person] if c >= 0)
        told = value_of(problem, person, path, CONFIG)
        assert told == pytest.approx(found.value[person], abs=1e-9)


def test_the_solver_of_the_library_finds_no_other_value() -> None:
    problem = random_problem(11, 12, 6)
    found, library = best_paths(problem, CONFIG), library_paths(problem, CONFIG)
    assert library.value == pytest.approx(found.value, abs=check.TOLERANCE_POINTS)
    for person in range(len(problem)):
        path = tuple(int(c) for c in library.order[person] if c >= 0)
        told = value_of(problem, person, path, CONFIG)
        assert told == pytest.approx(found.value[person], abs=check.TOLERANCE_POINTS)


def test_a_search_that_is_stopped_gives_a_bound_above_the_best() -> None:
    problem = random_problem(3, 40, 9, steps=4)
    best = best_paths(problem, CONFIG)
    stopped = best_paths(problem, PathConfig(most_nodes=5))
    assert not stopped.is_optimal.all()
    assert (stopped.value <= best.value + 1e-9).all()
    assert (stopped.bound >= best.value - 1e-9).all()


def test_where_the_search_is_worse_than_the_library_all_is_solved_by_the_library() -> None:
    problem = random_problem(5, 6, 5)
    right = best_paths(problem, CONFIG)
    wrong = replace(right, value=right.value - 1, bound=right.bound - 1)
    sample = np.flatnonzero(right.value > 0)[:1]
    found, value = checked_paths(problem, wrong, sample, CONFIG)
    assert found.value == pytest.approx(right.value, abs=check.TOLERANCE_POINTS)
    assert np.isfinite(value).sum() == 1


def test_nobody_is_looked_at_twice_without_a_sample() -> None:
    problem = random_problem(5, 6, 5)
    found, value = checked_paths(
        problem, best_paths(problem, CONFIG), np.zeros(0, dtype=np.int64), CONFIG
    )
    assert np.isnan(value).all()
    assert found.is_optimal.all()
