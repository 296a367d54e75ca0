"""Beta calibration."""

import numpy as np
import pytest

from ptml.transfer.calibration import log_loss, sigmoid
from ptml.transfer.curve import Calibration, fit_calibration


def test_overconfident_log_odds_are_scaled_back() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(size=20_000)
    weak = rng.random(20_000) < sigmoid(true)
    found = fit_calibration(2 * true + 1, weak)
    raw = np.array([-4.0, 0.0, 4.0])
    np.testing.assert_allclose(found.log_odds(raw), 0.5 * raw - 0.5, atol=0.15)


def test_calibration_never_loses_likelihood_where_there_are_many_cases() -> None:
    rng = np.random.default_rng(1)
    raw = rng.normal(size=5000)
    weak = rng.random(5000) < sigmoid(0.3 * raw - 1)
    assert log_loss(weak, fit_calibration(raw, weak).log_odds(raw)) < log_loss(weak, raw)


def test_log_odds_that_point_the_wrong_way_are_not_turned_round() -> None:
    raw = np.linspace(-2, 2, 200)
    found = fit_calibration(raw, raw < 0)
    assert (found.low, found.high) == (0, 0)
    assert sigmoid(np.array([found.shift]))[0] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("weak", [True, False])
def test_few_cases_of_one_class_promise_no_certainty(weak: bool) -> None:
    found = fit_calibration(np.array([0.0, 0.1, 0.2]), np.full(3, weak))
    p = sigmoid(found.log_odds(np.array([0.1])))[0]
    assert 0.1 < p < 0.9


def test_classes_that_can_be_told_apart_give_finite_numbers() -> None:
    raw = np.concatenate([np.full(50, -30.0), np.full(50, 30.0)])
    found = fit_calibration(raw, raw > 0)
    assert np.isfinite([found.low, found.high, found.shift]).all()
    assert sigmoid(found.log_odds(np.array([30.0])))[0] < 1


def test_constant_log_odds_become_the_share_of_weak_ones() -> None:
    weak = np.arange(100) < 30
    found = fit_calibration(np.full(100, 4.0), weak)
    assert (found.low, found.high) == (0, 0)
    assert found.shift == pytest.approx(np.log(0.3 / 0.7), abs=0.01)


def test_floor_of_outcomes_gives_a_gentler_slope_below_than_above() -> None:
    rng = np.random.default_rng(2)
    raw = rng.normal(0, 3, 20_000)
    weak = (rng.random(20_000) < sigmoid(raw)) | (rng.random(20_000) < 0.05)
    found = fit_calibration(raw, weak)
    assert found.low < 0.9 < found.high


def test_mean_slope_leads_from_one_value_to_another() -> None:
    calibration = Calibration(0.6, 1.5, -0.3)
    end = np.array([-5.0, -1e-6, 0.0, 0.3, 6.0])
    start = np.zeros(5)
    reached = calibration.log_odds(start) + calibration.slope_between(start, end) * end
    np.testing.assert_allclose(reached, calibration.log_odds(end), atol=1e-12)


def test_weight_of_two_is_the_case_twice() -> None:
    rng = np.random.default_rng(3)
    raw = rng.normal(size=4000)
    weak, times = rng.random(4000) < sigmoid(raw), rng.integers(1, 3, 4000)
    end = np.linspace(-3, 3, 7)
    weighted = fit_calibration(raw, weak, times.astype(np.float64)).log_odds(end)
    repeated = fit_calibration(np.repeat(raw, times), np.repeat(weak, times)).log_odds(end)
    np.testing.assert_allclose(weighted, repeated, atol=0.01)
