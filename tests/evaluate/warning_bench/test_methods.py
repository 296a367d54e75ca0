"""Rivals learn, live with what is not known, and are calibrated."""

import numpy as np
import pytest

from ptml.evaluate.warning_bench.methods import (
    SKLEARN_NAMES,
    Folds,
    calibrated,
    sklearn_predicted,
)
from ptml.separation import auc
from ptml.transfer.calibration import sigmoid


def folds(n: int = 600) -> tuple[Folds, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3 * n, 3)).astype(np.float32)
    weak = rng.random(3 * n) < sigmoid(2.0 * x[:, 0].astype(np.float64) - 1)
    x[rng.random(3 * n) < 0.2, 1] = np.nan
    x[:, 2] = np.nan
    blocked = np.zeros(n, dtype=bool)
    given = Folds(x[:n], weak[:n], x[n : 2 * n], weak[n : 2 * n], blocked, x[2 * n :])
    return given, weak[2 * n :]


@pytest.mark.parametrize("method", SKLEARN_NAMES)
def test_a_rival_learns_although_values_are_missing(method: str) -> None:
    given, weak = folds()
    found = sklearn_predicted(method, given, 0, 1)
    assert auc(weak, found.test) > 0.8
    assert found.calibrate.mean() == pytest.approx(given.y_calibrate.mean(), abs=0.02)
    again = sklearn_predicted(method, given, 0, 1)
    assert np.array_equal(found.test, again.test)


def test_probabilities_that_are_far_too_bold_are_calibrated() -> None:
    given, _ = folds()
    true = 2.0 * given.x_test[:, 0].astype(np.float64) - 1
    bold = sigmoid(3 * true + 2)
    of_calibrate = sigmoid(3 * (2.0 * given.x_calibrate[:, 0].astype(np.float64) - 1) + 2)
    found = calibrated(given, of_calibrate, bold)
    assert np.abs(found.test - sigmoid(true)).mean() < 0.03
    assert np.abs(bold - sigmoid(true)).mean() > 0.1


def test_a_certain_tree_keeps_finite_log_odds() -> None:
    given, _ = folds()
    sure = (given.x_calibrate[:, 0] > 0).astype(np.float64)
    found = calibrated(given, sure, np.array([0.0, 1.0]))
    assert np.all(np.isfinite(found.test))
    assert found.test[0] < found.test[1]
