"""Platt's calibration."""

import numpy as np
import pytest

from ptml.transfer.calibration import fit_platt, log_loss, sigmoid


def test_overconfident_log_odds_are_scaled_back() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(size=20_000)
    weak = rng.random(20_000) < sigmoid(true)
    platt = fit_platt(2 * true + 1, weak)
    assert platt.scale == pytest.approx(0.5, abs=0.02)
    assert platt.shift == pytest.approx(-0.5, abs=0.04)


def test_calibration_never_loses_likelihood_where_there_are_many_cases() -> None:
    rng = np.random.default_rng(1)
    raw = rng.normal(size=5000)
    weak = rng.random(5000) < sigmoid(0.3 * raw - 1)
    assert log_loss(weak, fit_platt(raw, weak).log_odds(raw)) < log_loss(weak, raw)


def test_log_odds_that_are_far_too_bold_do_not_send_the_fit_astray() -> None:
    rng = np.random.default_rng(0)
    true = 2 * rng.normal(size=600) - 1
    weak = rng.random(600) < sigmoid(true)
    platt = fit_platt(3 * true + 2, weak)
    assert platt.scale == pytest.approx(1 / 3, abs=0.05)
    assert platt.shift == pytest.approx(-2 / 3, abs=0.2)


def test_log_odds_that_point_the_wrong_way_are_not_turned_round() -> None:
    raw = np.linspace(-2, 2, 200)
    platt = fit_platt(raw, raw < 0)
    assert platt.scale == 0
    assert sigmoid(np.array([platt.shift]))[0] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("weak", [True, False])
def test_few_cases_of_one_class_promise_no_certainty(weak: bool) -> None:
    platt = fit_platt(np.array([0.0, 0.1, 0.2]), np.full(3, weak))
    p = sigmoid(platt.log_odds(np.array([0.1])))[0]
    assert 0.1 < p < 0.9


def test_classes_that_can_be_told_apart_give_finite_numbers() -> None:
    raw = np.concatenate([np.full(50, -30.0), np.full(50, 30.0)])
    platt = fit_platt(raw, raw > 0)
    assert np.isfinite([platt.scale, platt.shift]).all()
    assert sigmoid(platt.log_odds(np.array([30.0])))[0] < 1


def test_constant_log_odds_become_the_share_of_weak_ones() -> None:
    weak = np.arange(100) < 30
    platt = fit_platt(np.full(100, 4.0), weak)
    assert platt.scale == 0
    assert platt.shift == pytest.approx(np.log(0.3 / 0.7), abs=0.01)


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(np.array([-800.0, 0.0, 800.0])).tolist() == [0.0, 0.5, 1.0]


def test_a_weight_counts_as_that_many_cases() -> None:
    rng = np.random.default_rng(2)
    raw = rng.normal(size=400)
    weak = rng.random(400) < sigmoid(0.5 * raw)
    times = rng.integers(1, 4, 400)
    weighted = fit_platt(raw, weak, times.astype(np.float64))
    # Smoothed targets count cases and not weights: nearly, and not quite, the same.
    repeated = fit_platt(np.repeat(raw, times), np.repeat(weak, times))
    assert weighted.scale == pytest.approx(repeated.scale, abs=0.01)
    assert weighted.shift == pytest.approx(repeated.shift, abs=0.01)
    assert abs(weighted.shift - fit_platt(raw, weak).shift) > 0.02
    assert log_loss(weak, raw, times.astype(np.float64)) == pytest.approx(
        log_loss(np.repeat(weak, times), np.repeat(raw, times))
    )
