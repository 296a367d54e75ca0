"""Groups of coefficients learn how much they differ."""

import numpy as np
import pytest

from ptml.errors import DataError
from ptml.lift.hierarchical import fit_hierarchical


def _fit(truth: np.ndarray, n: int = 4000, noise: float = 3.0, seed: int = 1):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, len(truth)))
    y = x @ truth + rng.normal(0, noise, n)
    group = np.zeros(len(truth), dtype=np.int64)
    return fit_hierarchical(x.T @ x, x.T @ y, group, np.array([True]), noise**2)


def test_coefficients_that_differ_keep_their_spread() -> None:
    truth = np.random.default_rng(0).normal(0, 2, 40)
    found = _fit(truth)
    assert np.sqrt(found.group_variance[0]) == pytest.approx(truth.std(), rel=0.1)
    assert np.corrcoef(found.mean, truth)[0, 1] > 0.99


def test_coefficients_that_are_all_nothing_are_shrunk_to_nothing() -> None:
    found = _fit(np.zeros(40), noise=10.0)
    assert np.abs(found.mean).max() < 0.05


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    inside = []
    for seed in range(20):
        truth = np.random.default_rng(100 + seed).normal(0, 1, 30)
        found = _fit(truth, n=500, noise=8.0, seed=seed)
        half = 1.645 * np.sqrt(np.diag(found.covariance))
        inside.append(np.mean(np.abs(found.mean - truth) <= half))
    assert 0.84 <= np.mean(inside) <= 0.95


def test_a_design_without_information_is_refused() -> None:
    nothing = np.zeros((2, 2))
    with pytest.raises(DataError, match="no start of a course"):
        fit_hierarchical(nothing, np.zeros(2), np.zeros(2, np.int64), np.array([True]), 1.0)
