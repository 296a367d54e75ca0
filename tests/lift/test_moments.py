"""Takers against weighted controls: unbiased when either nuisance is right."""

from dataclasses import replace

import numpy as np
import pytest

from ptml.lift.checks.held_out import calibration_slope
from ptml.lift.checks.refutation import permuted_check
from ptml.lift.estimation import Compared, Comparison
from ptml.lift.moments import Contrast, contrast
from ptml.lift.sample import PairSample


def _sample(seed: int) -> tuple[PairSample, np.ndarray, np.ndarray]:
    """One course; who starts it depends on ``x``, and so does the outcome; the lift is 2."""
    rng = np.random.default_rng(seed)
    n = 6000
    x = rng.normal(size=n)
    propensity = 1 / (1 + np.exp(2 - x))
    started = rng.random(n) < propensity
    y = 3 * x + 2 * started + rng.normal(0, 1, n)
    sample = PairSample(
        row=np.arange(n, dtype=np.int32),
        course=np.zeros(n, dtype=np.int32),
        started=started,
        compared=np.ones(n, dtype=bool),
        weight=np.ones(n),
        cell=np.zeros(n, dtype=np.int64),
    )
    return sample, propensity / (1 - propensity), np.stack([x, y], axis=1)


def _lift(outcome_model: float, odds_right: bool, seed: int) -> float:
    sample, odds, values = _sample(seed)
    x, y = values.T
    used = odds if odds_right else np.full(len(odds), odds.mean())
    against = contrast(sample, used, np.ones(len(x)))
    residual = (y - outcome_model * x)[against.pair]
    kept = np.ones(len(residual), dtype=bool)
    moments = against.moments(residual, np.ones((len(residual), 1), np.float32), 1, kept)
    return float(moments.moment[0, 0] / moments.gram[0, 0, 0])


@pytest.mark.parametrize(("outcome_model", "odds_right"), [(3.0, False), (0.0, True)])
def test_one_right_nuisance_is_enough(outcome_model: float, odds_right: bool) -> None:
    lifts = [_lift(outcome_model, odds_right, seed) for seed in range(8)]
    assert np.mean(lifts) == pytest.approx(2, abs=0.15)


def test_with_both_wrong_the_lift_is_wrong() -> None:
    assert abs(_lift(0.0, False, 0) - 2) > 1


def test_moments_of_a_part_are_taken_away() -> None:
    sample, odds, values = _sample(1)
    against = contrast(sample, odds, np.ones(len(values)))
    y, z = values[against.pair, 1], np.ones((len(values), 1), np.float32)
    first = np.arange(len(y)) % 2 == 0
    parts = [against.moments(y, z, 1, kept) for kept in (np.ones_like(first), first, ~first)]
    np.testing.assert_allclose(parts[0].less(parts[1]).moment, parts[2].moment)


def test_dependent_people_widen_the_error() -> None:
    sample, odds, values = _sample(2)
    against = contrast(sample, odds, np.ones(len(values)))
    noise = np.random.default_rng(0).normal(size=len(values))
    alone = np.arange(len(values))
    team = alone // 20
    shared = np.random.default_rng(1).normal(size=len(values))[team]
    employee = alone.astype(np.int32)
    independent = against.inflation(noise, employee, team)
    assert against.inflation(noise + 2 * shared, employee, team) > 1.3 * independent


def test_controls_stand_for_as_many_as_took_the_course_in_their_quarter() -> None:
    sample, odds, values = _sample(3)
    quarter = np.arange(len(values)) % 4
    quartered = replace(sample, cell=quarter.astype(np.int64))
    against = contrast(quartered, 7 * odds, np.ones(len(values)))
    shock = np.array([5.0, -3.0, 0.0, 9.0])[quarter[against.pair]]
    assert float(against.weight @ shock) == pytest.approx(0, abs=1e-8)


def test_who_counts_as_a_taker_by_lot_did_not_take_it() -> None:
    sample, odds, values = _sample(4)
    against = contrast(sample, odds, np.ones(len(values)))
    evidence = Comparison(
        sample=sample,
        contrast=against,
        z=np.ones((len(values), 1), dtype=np.float32),
        description=np.zeros((1, 0)),
        employee=np.arange(len(values), dtype=np.int32)[against.pair],
        team=against.pair,
        part=np.zeros(len(values), dtype=np.int32),
        n_own=1,
    )
    noise = np.random.default_rng(0).normal(0, 3, len(values))
    alone = permuted_check(Compared(evidence, noise[against.pair], noise), 1)
    assert alone.verdict == "pass"


def test_a_slope_of_one_half_is_not_hidden_by_a_right_mean() -> None:
    rng = np.random.default_rng(2)
    n = 4000
    truth = rng.normal(3, 1, n)
    against = Contrast(np.arange(n), np.zeros(n, np.int32), np.ones(n, bool), np.ones(n))
    sample, _, _ = _sample(0)
    evidence = Comparison(
        sample, against, np.ones((n, 1), np.float32), np.zeros((1, 0)),
        np.arange(n, dtype=np.int32), np.arange(n), np.zeros(n, np.int32), 1,
    )  # fmt: skip
    found = calibration_slope(evidence, truth + rng.normal(0, 1, n), 3 + 2 * (truth - 3))
    assert found.value == pytest.approx(0.5, abs=0.05)
