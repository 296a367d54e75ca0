"""Comparisons within strata and months, and what is named of many."""

import numpy as np
import pyarrow as pa
import pytest
from statsmodels.duration.hazard_regression import PHReg

from ptml.contracts.teams import FACTOR_FINDINGS
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.proficiency.factors import (
    ANYBODY,
    LANDMARK,
    Factors,
    factor_sums,
    factors_of,
    false_discovery_rates,
)
from ptml.intervals import Z_90

CONFIG = ProficiencyConfig()
NAMES = ("design", "scheme", "stratum", "month", "factor", "people", "at_risk", "events")


def _factors(rate_with: float, rate_without: float, n: int = 4000, seed: int = 1) -> Factors:
    """One factor, its people and others in two strata of unlike speed, followed for 12 months."""
    rng = np.random.default_rng(seed)
    rows = []
    for stratum, slower in ((1, 1.0), (2, 0.5)):
        # Who has it sits in the fast stratum more often: without strata it would look better.
        left = {True: n if stratum == 1 else n // 4, False: n // 4 if stratum == 1 else n}
        for month in range(1, 13):
            events = {}
            for has_it, rate in ((True, rate_with), (False, rate_without)):
                events[has_it] = int(rng.binomial(left[has_it], rate * slower))
            key = (LANDMARK, 0, stratum, month)
            first = month == 1
            both = sum(left.values())
            rows.append((*key, ANYBODY, both * first, both, sum(events.values())))
            rows.append((*key, 0, left[True] * first, left[True], events[True]))
            left = {has_it: left[has_it] - events[has_it] for has_it in left}
    columns = np.array(rows, dtype=np.int64).T
    sums = factor_sums()
    sums.add(pa.table(dict(zip(NAMES, columns, strict=True))))
    return factors_of(sums.table, CONFIG)


def test_the_ratio_is_that_within_strata() -> None:
    found = _factors(0.06, 0.04)
    assert found.ratio.tolist() == pytest.approx([1.5], abs=0.08)
    assert [FACTOR_FINDINGS[k] for k in found.finding] == ["sooner"]
    assert found.people_with.tolist() == [5000]


def test_the_ratio_is_that_of_a_stratified_cox_model() -> None:
    rng = np.random.default_rng(5)
    n = 1500
    stratum, has_it = rng.integers(1, 3, n), rng.random(n) < 0.4
    rate = 0.03 * np.where(has_it, 1.6, 1.0) / stratum
    month = np.minimum(np.ceil(rng.exponential(1 / rate)), 24).astype(int)
    event = month < 24
    rows = []
    for one in (1, 2):
        for m in range(1, 25):
            there = (stratum == one) & (month >= m)
            now = there & event & (month == m)
            for factor, who in ((ANYBODY, there), (0, there & has_it)):
                counts = (who.sum() * (m == 1), who.sum(), (now & who).sum())
                rows.append((LANDMARK, 0, one, m, factor, *counts))
    sums = factor_sums()
    sums.add(pa.table(dict(zip(NAMES, np.array(rows, dtype=np.int64).T, strict=True))))
    ours = factors_of(sums.table, CONFIG)
    cox = PHReg(month, has_it[:, None].astype(float), status=event, strata=stratum, ties="efron")
    theirs = cox.fit()
    assert np.log(ours.ratio[0]) == pytest.approx(theirs.params[0], abs=0.02)
    width = np.log(ours.high[0] / ours.low[0]) / (2 * Z_90)
    assert width == pytest.approx(theirs.bse[0], rel=0.05)


def test_what_makes_no_difference_is_not_named() -> None:
    found = _factors(0.05, 0.05)
    assert found.low[0] < 1 < found.high[0]
    assert [FACTOR_FINDINGS[k] for k in found.finding] == ["not_told_apart"]


def test_intervals_hold_the_truth_nine_times_in_ten() -> None:
    hits = [
        found.low[0] <= 1.5 <= found.high[0]
        for found in (_factors(0.06, 0.04, n=120, seed=seed) for seed in range(200))
    ]
    assert np.mean(hits) == pytest.approx(0.9, abs=0.05)


def test_too_few_people_with_it_are_not_judged() -> None:
    found = _factors(0.06, 0.04, n=12)
    assert [FACTOR_FINDINGS[k] for k in found.finding] == ["too_few"]
    assert np.isnan([found.ratio[0], found.p[0], found.q[0]]).all()


def test_of_many_that_are_nothing_few_are_named() -> None:
    rng = np.random.default_rng(2)
    named = [(false_discovery_rates(rng.random(50)) <= 0.1).any() for _ in range(400)]
    assert np.mean(named) == pytest.approx(0.1, abs=0.04)


def test_nothing_at_all_is_no_factor() -> None:
    assert len(factors_of(factor_sums().table, CONFIG).ratio) == 0
