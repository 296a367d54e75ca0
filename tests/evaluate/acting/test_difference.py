"""The adjusted difference, against what is known of it."""

import numpy as np
import pytest

from ptml.evaluate.acting.compliers import complier_effect
from ptml.evaluate.acting.difference import Difference, adjusted_difference


def test_without_a_covariate_it_is_the_difference_of_weighted_means() -> None:
    outcome = np.array([[1.0], [0.0], [1.0], [0.0], [0.0]])
    flagged = np.array([True, True, True, False, False])
    propensity = np.array([0.8, 0.8, 0.5, 0.2, 0.5])
    found = adjusted_difference(outcome, flagged, propensity, np.arange(5))
    assert found.values[0] == pytest.approx((1 / 0.8 + 1 / 0.5) / (2 / 0.8 + 1 / 0.5))


def test_a_chance_difference_of_the_covariate_is_taken_out() -> None:
    rng = np.random.default_rng(3)
    x = rng.random(400)
    flagged = rng.random(400) < 0.3 + 0.4 * (x > 0.5)
    outcome = (2 * x - 0.25 * flagged)[:, None]
    half = np.full(400, 0.5)
    assert adjusted_difference(outcome, flagged, half, np.arange(400)).values[0] > 0
    found = adjusted_difference(outcome, flagged, half, np.arange(400), x)
    assert found.values[0] == pytest.approx(-0.25)


def test_the_variance_is_that_of_hc2_without_clusters() -> None:
    rng = np.random.default_rng(5)
    flagged = np.arange(300) < 200
    outcome = rng.normal(size=(300, 1))
    chance = np.where(flagged, 2 / 3, 1 / 3)
    found = adjusted_difference(outcome, flagged, chance, np.arange(300))
    arms = outcome[flagged], outcome[~flagged]
    neyman = sum(float(arm.var(ddof=1)) / len(arm) for arm in arms)
    assert found.covariance[0, 0] == pytest.approx(neyman * 300 / 299)


def test_saying_everything_twice_gains_nothing() -> None:
    rng = np.random.default_rng(6)
    outcome, flagged = rng.normal(size=(500, 1)), rng.random(500) < 0.8
    chance = np.where(flagged, 0.8, 0.2)
    once = adjusted_difference(outcome, flagged, chance, np.arange(500))
    twice = adjusted_difference(
        *(np.repeat(column, 2, axis=0) for column in (outcome, flagged, chance, np.arange(500)))
    )
    assert twice.covariance[0, 0] == pytest.approx(once.covariance[0, 0], rel=0.01)


def test_a_covariate_that_does_not_vary_does_no_harm() -> None:
    rng = np.random.default_rng(7)
    outcome, flagged = rng.normal(size=(80, 1)), np.arange(80) % 2 == 0
    half, people = np.full(80, 0.5), np.arange(80)
    plain = adjusted_difference(outcome, flagged, half, people)
    adjusted = adjusted_difference(outcome, flagged, half, people, np.full(80, 0.7))
    assert adjusted.effect().low == pytest.approx(plain.effect().low)


def test_fieller_is_the_plain_interval_where_the_first_stage_is_certain() -> None:
    found = Difference(np.array([-0.06, 0.5]), np.array([[0.0004, 0.0], [0.0, 0.0]]), np.inf)
    effect = complier_effect(found)
    assert effect.value == pytest.approx(-0.12)
    assert (effect.low, effect.high) == pytest.approx((-0.12 - 0.0784, -0.12 + 0.0784), abs=1e-4)


def test_fieller_holds_what_is_consistent_with_the_difference() -> None:
    covariance = np.array([[0.0009, -0.0002], [-0.0002, 0.0016]])
    found = Difference(np.array([-0.06, 0.5]), covariance, 200.0)
    effect = complier_effect(found)
    for ratio in (effect.low, effect.high):
        off = found.values[0] - ratio * found.values[1]
        variance = covariance[0, 0] - 2 * ratio * covariance[0, 1] + ratio**2 * covariance[1, 1]
        assert abs(off) / np.sqrt(variance) == pytest.approx(found.quantile)
