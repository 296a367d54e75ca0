"""Courses share what they have in common; each keeps what its own evidence bears."""

import numpy as np
import pytest

from ptml.errors import DataError
from ptml.lift.hierarchical import Hierarchy, fit_hierarchy

K = 3


def _world(
    seed: int, n_courses: int = 40, n_takers: int = 200, slope_on_strength: float = 0.0
) -> tuple[np.ndarray, Hierarchy, np.ndarray]:
    rng = np.random.default_rng(seed)
    described = rng.normal(size=(n_courses, 1))
    beta = np.zeros((n_courses, K))
    beta[:, 0] = 1 + 0.8 * described[:, 0] + rng.normal(0, 0.5, n_courses)
    beta[:, 1] = 0.5 + slope_on_strength * (beta[:, 0] - 1)
    gram, moment = np.zeros((n_courses, K, K)), np.zeros((n_courses, K))
    for c in range(n_courses):
        z = np.column_stack([np.ones(n_takers), rng.normal(size=(n_takers, K - 1))])
        y = z @ beta[c] + rng.normal(0, 5, n_takers)
        gram[c], moment[c] = z.T @ z, z.T @ y
    return beta, fit_hierarchy(gram, moment, described, 25.0, 2), described


def test_shrunk_courses_are_nearer_the_truth_than_their_own_means() -> None:
    errors, plain = [], 5 / np.sqrt(200)
    for seed in range(5):
        beta, found, _ = _world(seed)
        errors.append(np.sqrt(np.mean((found.mean[:, 0] - beta[:, 0]) ** 2)))
    assert np.mean(errors) < 0.9 * plain


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    inside = []
    for seed in range(20):
        beta, found, _ = _world(seed)
        half = 1.645 * np.sqrt(found.covariance[:, 0, 0])
        inside.append(np.mean(np.abs(found.mean[:, 0] - beta[:, 0]) <= half))
    assert 0.85 <= np.mean(inside) <= 0.95


def test_a_course_without_takers_gets_what_its_description_predicts() -> None:
    _, found, described = _world(3)
    n = len(described)
    gram, moment = np.zeros((n, K, K)), np.zeros((n, K))
    rng = np.random.default_rng(0)
    for c in range(n - 1):
        z = np.column_stack([np.ones(300), rng.normal(size=(300, K - 1))])
        y = 2 + described[c, 0] + rng.normal(0, 5, 300)
        gram[c], moment[c] = z.T @ z, z.T @ y
    found = fit_hierarchy(gram, moment, described, 25.0, 2)
    assert found.mean[-1] == pytest.approx(found.prior_mean[-1])
    assert found.mean[-1, 0] == pytest.approx(2 + described[-1, 0], abs=0.6)
    assert found.covariance[-1, 0, 0] > found.covariance[:-1, 0, 0].max()


def test_slopes_that_go_with_strength_are_learnt_as_a_covariance() -> None:
    _, found, _ = _world(1, n_takers=2000, slope_on_strength=0.8)
    assert found.spread[0, 1] > 0.1


def test_common_coefficients_do_not_differ_by_course() -> None:
    _, found, _ = _world(2)
    assert np.ptp(found.mean[:, 2]) < 1e-3


def test_nobody_started_is_refused() -> None:
    with pytest.raises(DataError, match="no start of a course"):
        fit_hierarchy(np.zeros((2, K, K)), np.zeros((2, K)), np.zeros((2, 0)), 1.0, 2)
