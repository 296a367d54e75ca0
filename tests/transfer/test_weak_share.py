"""The share of weak transfers among all, when some were never checked."""

from dataclasses import replace

import numpy as np
import pytest

from ptml.transfer.weak_share import WeakShares, tilted, weak_shares

from .choosing import chosen_cases, examined


def found(gamma: float = 2.0, seen: float = 1.0, hidden: float = 0.0) -> tuple[WeakShares, float]:
    cases, weak = chosen_cases(12_000, seen, hidden)
    shares = weak_shares(examined(cases), gamma, np.random.default_rng(1))
    assert shares is not None
    return shares, float(weak.mean())


def test_what_is_seen_explains_the_choice_and_weights_take_it_out() -> None:
    shares, truth = found()
    assert shares.as_checked.high < truth
    assert shares.reweighted.low <= truth <= shares.reweighted.high
    assert shares.within_factor.value == pytest.approx(truth, abs=0.015)
    assert shares.seen_factor is not None
    assert shares.seen_factor > 1.5


def test_where_checks_are_at_random_weights_change_nothing() -> None:
    shares, truth = found(seen=0)
    assert shares.reweighted.value == pytest.approx(shares.as_checked.value, abs=0.005)
    assert shares.as_checked.low <= truth <= shares.as_checked.high
    assert shares.seen_factor == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("hidden", [np.log(2), -np.log(2)])
def test_a_choice_by_the_outcome_itself_is_bounded_by_its_factor(hidden: float) -> None:
    shares, truth = found(gamma=2.2, hidden=hidden)
    assert not shares.reweighted.low <= truth <= shares.reweighted.high
    low, high = shares.within_factor.bounds
    assert low < truth < high
    # The limit is nearly reached: the bound is not wider than it has to be.
    assert min(truth - low, high - truth) < 0.02
    worst = shares.worst_case
    assert worst.bounds[0] <= low < high <= worst.bounds[1]


def test_worst_case_needs_no_model() -> None:
    cases, _ = chosen_cases(900)
    shares = weak_shares(examined(cases), 2.0, np.random.default_rng(1))
    assert shares is not None
    n_weak, n_unknown = cases.weak.sum(), (~cases.is_known).sum()
    assert shares.worst_case.bounds == (n_weak / 900, (n_weak + n_unknown) / 900)
    assert shares.worst_case.low < n_weak / 900
    assert shares.worst_case.high > (n_weak + n_unknown) / 900
    assert shares.worst_case.value is None


def test_a_factor_of_one_is_a_point() -> None:
    cases, _ = chosen_cases(900)
    shares = weak_shares(examined(cases), 1.0, np.random.default_rng(1))
    assert shares is not None
    low, high = shares.within_factor.bounds
    assert low == pytest.approx(high)
    assert low == pytest.approx(shares.within_factor.value)


def test_where_all_are_checked_nothing_is_open() -> None:
    cases, _ = chosen_cases(900)
    every = cases.take(cases.is_known)
    shares = weak_shares(examined(every), 3.0, np.random.default_rng(1))
    assert shares is not None
    assert shares.worst_case.bounds == pytest.approx((every.weak.mean(),) * 2)
    assert shares.within_factor.bounds == pytest.approx((every.weak.mean(),) * 2)
    assert shares.seen_factor is None


def test_where_nothing_is_known_nothing_is_said() -> None:
    cases, _ = chosen_cases(300)
    none = replace(cases, is_known=np.zeros(300, dtype=bool), weak=np.zeros(300, dtype=bool))
    assert weak_shares(examined(none), 2.0, np.random.default_rng(1)) is None


def test_intervals_resample_people_and_not_rows() -> None:
    cases, _ = chosen_cases(3000, seed=5)
    people = np.arange(3000) % 150
    alike = replace(cases, employee=people.astype(np.int32), weak=cases.is_known & (people < 50))
    rows = replace(alike, employee=np.arange(3000, dtype=np.int32))
    widths = [
        shares.as_checked.high - shares.as_checked.low
        for each in (alike, rows)
        if (shares := weak_shares(examined(each), 2.0, np.random.default_rng(1))) is not None
    ]
    assert widths[0] > 3 * widths[1]


def test_odds_are_multiplied() -> None:
    p = np.array([0.0, 0.25, 1.0])
    assert tilted(p, 3.0).tolist() == [0.0, 0.5, 1.0]
