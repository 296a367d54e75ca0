"""Intervals over seeds, and who is first."""

import numpy as np
import pytest

from ptml.evaluate.recommenders.results import Result, first_or_tied, mean_over_seeds


def results(**by_contestant: list[float]) -> list[Result]:
    return [
        Result(name, "whole", seed, {"ndcg_at_10": value}, {})
        for name, values in by_contestant.items()
        for seed, value in enumerate(values)
    ]


def test_the_interval_is_students() -> None:
    found = mean_over_seeds([1.0, 2.0, 3.0])
    assert found.half_width == pytest.approx(4.3027 / np.sqrt(3), rel=1e-4)


def test_one_seed_has_no_interval() -> None:
    assert np.isnan(mean_over_seeds([1.0]).half_width)


def test_who_always_comes_just_behind_is_not_tied() -> None:
    hard_or_easy = [0.1, 0.2, 0.3, 0.4, 0.5]
    always = [0.09, 0.19, 0.291, 0.389, 0.49]
    assert first_or_tied(results(a=hard_or_easy, b=always), "ndcg_at_10") == {"a"}


def test_who_wins_some_and_loses_some_is_tied() -> None:
    a, b = [0.1, 0.2, 0.3, 0.4, 0.5], [0.2, 0.1, 0.4, 0.3, 0.45]
    assert first_or_tied(results(a=a, b=b), "ndcg_at_10") == {"a", "b"}


def test_with_one_seed_the_first_stands_alone() -> None:
    assert first_or_tied(results(a=[0.1], b=[0.2]), "ndcg_at_10") == {"b"}
