import numpy as np
import pytest

from ptml.decide.path.config import PathConfig
from ptml.decide.path.search import best_paths
from ptml.evaluate.path_bench.greedy import greedy_paths
from ptml.evaluate.path_bench.judging import LaidWay, figures_of
from tests.decide.path.paths import value_of
from tests.decide.path.problems import random_problem

CONFIG = PathConfig()


def test_greedy_gives_paths_that_may_be_gone_and_are_no_better_than_the_best() -> None:
    problem = random_problem(1, 80, 7, steps=4)
    best, order = best_paths(problem, CONFIG), greedy_paths(problem, CONFIG)
    values = [
        value_of(problem, person, tuple(int(c) for c in order[person] if c >= 0), CONFIG)
        for person in range(len(problem))
    ]
    assert np.isfinite(values).all()
    assert (np.array(values) <= best.value + 1e-9).all()
    assert np.mean(np.isclose(values, best.value)) > 0.1


def test_what_is_told_is_held_against_the_truth_where_it_is_told() -> None:
    way = LaidWay(
        lift=np.array([2.0, 4.0]),
        hours=np.array([10.0, 20.0]),
        over_time=np.array([1.0, 3.0]),
        told=np.array([3.0, np.nan]),
        low=np.array([1.0, np.nan]),
        high=np.array([5.0, np.nan]),
    )
    found = figures_of(way)
    assert found["points"] == 3
    assert found["over_time"] == 2
    assert found["points_per_ten_hours"] == pytest.approx(2)
    assert found["bias"] == 1
    assert found["coverage"] == 1
