"""Intervals of rates over cases that belong to people."""

import numpy as np
import pytest

from ptml.evaluate.clustered_rates import (
    clustered_mean,
    clustered_share,
    ratio_of_shares,
    share_estimate,
    standardised_share,
)


def drawn(rng: np.random.Generator, n_people: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Cases of people who differ: each has one to six, and an inclination of their own."""
    inclined = rng.beta(0.6, 2.4, n_people)
    person = np.repeat(np.arange(n_people), rng.integers(1, 7, n_people))
    return rng.random(len(person)) < inclined[person], person


def test_intervals_hold_the_truth_as_often_as_they_say_though_cases_of_one_are_alike() -> None:
    rng = np.random.default_rng(3)
    found = [(*drawn(rng),) for _ in range(400)]
    shares = [clustered_share(hit, person) for hit, person in found]
    assert 0.93 <= np.mean([s.low <= 0.2 <= s.high for s in shares]) <= 0.98
    means = [clustered_mean(hit.astype(np.float64), person) for hit, person in found]
    assert 0.91 <= np.mean([m.low <= 0.2 <= m.high for m in means]) <= 0.98
    blind = [clustered_share(hit, np.arange(len(hit))) for hit, _ in found]
    assert np.mean([s.low <= 0.2 <= s.high for s in blind]) < 0.9


def test_cases_repeated_teach_nothing_new() -> None:
    hit, person = drawn(np.random.default_rng(0))
    once, thrice = (
        clustered_share(hit, person),
        clustered_share(np.tile(hit, 3), np.tile(person, 3)),
    )
    assert (once.low, once.high) == pytest.approx((thrice.low, thrice.high), abs=1e-9)


def test_nobody_flagged_has_an_interval_that_goes_by_people() -> None:
    few = clustered_share(np.zeros(500, bool), np.arange(500) % 25)
    assert few.low == 0
    assert few.high > 0.1


def test_nothing_to_average_is_unknown() -> None:
    found = clustered_share(np.zeros(0, bool), np.zeros(0, np.int64))
    assert np.isnan([found.value, found.low, found.high]).all()
    assert found.n_people == 0


def test_standardised_share_is_the_rate_at_the_outcomes_of_others() -> None:
    weak = np.array([True] * 40 + [False] * 60)
    hit = np.array([True] * 20 + [False] * 20 + [True] * 6 + [False] * 54)
    found = standardised_share(hit, weak, 0.2, np.arange(100))
    assert found.value == pytest.approx(0.2 * 0.5 + 0.8 * 0.1)
    # Of a fixed mixture of two shares: 0.2^2 x .25 / 40 + 0.8^2 x .09 / 60.
    error = np.sqrt(0.04 * 0.25 / 40 + 0.64 * 0.09 / 60)
    assert found.high - found.low == pytest.approx(4 * error, rel=0.15)
    none = standardised_share(hit, np.ones(100, bool), 0.2, np.arange(100))
    assert np.isnan(none.value)


def test_ratio_has_katz_interval() -> None:
    half, tenth = (share_estimate(p, p * (1 - p) / 1000, 1000, 1000) for p in (0.5, 0.1))
    found = ratio_of_shares(tenth, half)
    assert found is not None
    error = np.sqrt(0.9 / 100 + 0.5 / 500)
    assert found.value == pytest.approx(0.2)
    assert np.log(found.high / found.low) == pytest.approx(2 * 1.96 * error, rel=0.02)


def test_ratio_of_nobody_to_somebody_has_an_upper_end_and_of_nobody_to_nobody_is_unknown() -> None:
    nobody = clustered_share(np.zeros(100, bool), np.arange(100))
    some = clustered_share(np.arange(100) < 30, np.arange(100))
    found = ratio_of_shares(nobody, some)
    assert found is not None
    assert found.value == found.low == 0
    assert 0 < found.high < 0.5
    assert ratio_of_shares(nobody, nobody) is None
