"""Figures of a method on pairs whose truth is written down here."""

import numpy as np
import pandas as pd
import pytest

from ptml.evaluate.lift_bench.judging import budget_gain, judge


def _pairs(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": ["a", "a", "b", "b"],
            "course_id": ["x", "y", "x", "y"],
            "truth": [0.0, 2.0, 1.0, 5.0],
            "n_takers": [30, 9, 30, 9],
            "has_history": [True, True, True, True],
            **columns,
        }
    )


def test_bias_rmse_coverage_and_width_are_over_answered_pairs() -> None:
    lift = [1.0, np.nan, 2.0, 6.0]
    found = judge(
        _pairs(score=lift, lift=lift, low=[0.5, np.nan, 0.0, 4.0], high=[2.5, np.nan, 3.0, 7.0])
    )
    assert found["bias"] == pytest.approx(1)
    assert found["rmse"] == pytest.approx(1)
    assert found["coverage"] == pytest.approx(2 / 3)
    assert found["width"] == pytest.approx((2 + 3 + 3) / 3)
    assert found["slope"] == pytest.approx(1)
    assert found["answered"] == pytest.approx(3 / 4)


def test_a_refusal_is_right_where_few_took_the_course_and_wrong_where_many_did() -> None:
    found = judge(_pairs(score=[np.nan, np.nan, 1.0, 1.0]))
    assert (found["refused_right"], found["refused_wrong"]) == (0.25, 0.25)


def test_who_has_no_history_is_refused_rightly() -> None:
    pairs = _pairs(score=[np.nan, 1.0, 1.0, 1.0]).assign(has_history=False)
    found = judge(pairs)
    assert (found["refused_right"], found["refused_wrong"]) == (0.25, 0.0)


def test_a_refusal_between_the_bounds_is_neither() -> None:
    found = judge(_pairs(score=[np.nan] * 4).assign(n_takers=15))
    assert (found["refused_right"], found["refused_wrong"], found["answered"]) == (0, 0, 0)
    assert found["bias"] is None


def test_a_ranking_without_points_has_no_bias() -> None:
    found = judge(_pairs(score=[1.0, 2.0, 1.0, 2.0]))
    assert found["captured"] == pytest.approx(1)
    assert found["bias"] is found["slope"] is found["coverage"] is None


def test_budget_goes_to_the_half_with_the_largest_estimates() -> None:
    # One place: the oracle gives b course y (5); by lot half of (1 + 3).
    assert budget_gain(_pairs(score=[0.0, 9.0, 0.0, 1.0]), "score") == pytest.approx(0)
    assert budget_gain(_pairs(score=[0.0, 1.0, 0.0, 9.0]), "score") == pytest.approx(1)


def test_budget_without_any_estimate_is_spent_by_lot() -> None:
    assert budget_gain(_pairs(score=[np.nan] * 4), "score") == pytest.approx(0)
