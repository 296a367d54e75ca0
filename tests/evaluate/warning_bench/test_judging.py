"""Each figure against a case that can be worked out by hand."""

import numpy as np
import pytest

from ptml.evaluate.warning_bench.judging import (
    FIGURES,
    Cases,
    calibration_floor,
    judge,
    precision_at,
)


def cases(weak: list[int], p_true: list[float], label: list[float]) -> Cases:
    truth = np.array(p_true)
    return Cases(np.array(weak, bool), truth, np.array(label), np.zeros(len(weak), bool))


def test_figures_are_those_of_the_hand() -> None:
    given = cases([1, 0, 1, 0], [0.8, 0.4, 0.6, 0.2], [1, np.nan, 0, 0])
    score = np.array([0.9, 0.8, 0.4, 0.1])
    found = judge(given, score, np.array([True, True, False, False]))
    assert set(found) == set(FIGURES)
    assert found["auc"] == pytest.approx(0.75)
    assert found["flag_rate"] == 0.5
    assert found["precision_flagged"] == 0.5
    assert found["distance"] == pytest.approx(np.sqrt((0.01 + 0.16 + 0.04 + 0.01) / 4))
    # Four cases, each in a bin of its own.
    assert found["ece"] == pytest.approx((0.1 + 0.8 + 0.6 + 0.1) / 4)
    assert found["ece_label"] == pytest.approx((0.1 + 0.4 + 0.1) / 3)
    assert found["ece_truth"] == pytest.approx((0.1 + 0.4 + 0.2 + 0.1) / 4)


def test_the_truth_itself_has_no_error_against_itself() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(500)
    given = Cases(rng.random(500) < p, p, np.full(500, np.nan), np.zeros(500, bool))
    found = judge(given, p, None)
    assert found["ece_truth"] == 0
    assert found["distance"] == 0
    assert found["ece"] is not None
    assert found["ece"] > 0
    assert found["ece_label"] is None
    assert found["flag_rate"] is None


def test_a_rule_that_gives_no_probability_has_no_calibration() -> None:
    given = cases([1, 0], [0.5, 0.5], [1, 0])
    found = judge(given, np.array([1.0, 0.0]), np.array([True, False]), is_probability=False)
    assert found["auc"] == 1
    assert found["ece"] is None
    assert found["distance"] is None


def test_precision_at_capacity_draws_among_equal_scores_by_lot() -> None:
    weak = np.array([True, True, False, False])
    assert precision_at(weak, np.array([0.9, 0.8, 0.7, 0.1]), 0.5) == 1
    assert precision_at(weak, np.full(4, 0.3), 0.5) == 0.5
    # A rule that flags fewer than the capacity fills up at random: 1 + 1/3 of 2.
    assert precision_at(weak, np.array([1.0, 0, 0, 0]), 0.5) == pytest.approx((1 + 1 / 3) / 2)
    assert np.isnan(precision_at(weak, np.ones(4), 0.1))


def test_chance_alone_lifts_the_error_of_a_faultless_model_less_with_more_cases() -> None:
    few, many = (calibration_floor(np.full(n, 0.3), np.random.default_rng(0)) for n in (100, 5000))
    assert few > many > 0
    # Equal probabilities share one bin: mean of |normal| with that spread.
    assert many == pytest.approx(np.sqrt(2 / np.pi) * np.sqrt(0.21 / 5000), rel=0.3)
