"""Since when: a step is dated with the days between which it lies, and noise has none."""

from datetime import date

import numpy as np
import pytest

from ptml.features.days import date_of
from ptml.monitor.change_point import step_in, step_in_ranks

DAYS = np.repeat(np.arange(20_000, 20_060), 5)


@pytest.mark.parametrize("first", [20_020, 20_045, 20_055])
def test_a_step_is_dated(first: int) -> None:
    value = np.random.default_rng(2).normal(0, 1, len(DAYS)) + 3.0 * (first <= DAYS)
    found = step_in(DAYS, value)
    assert found is not None
    assert abs((found.day - date_of(first)).days) <= 1
    assert found.earliest <= date_of(first) <= found.latest


def test_the_true_day_lies_in_the_interval_as_often_as_promised() -> None:
    rng = np.random.default_rng(4)
    true, held = date_of(20_040), 0
    for _ in range(200):
        found = step_in(DAYS, rng.normal(0, 1, len(DAYS)) + 1.0 * (DAYS >= 20_040))
        held += found is not None and found.earliest <= true <= found.latest
    assert held >= 184


def test_noise_has_hardly_ever_a_step_and_a_constant_none() -> None:
    rng = np.random.default_rng(3)
    steps = [step_in(DAYS, rng.normal(0, 1, len(DAYS))) for _ in range(100)]
    assert sum(step is not None for step in steps) < 35
    assert step_in(DAYS, np.ones(len(DAYS))) is None


def test_one_wild_value_does_not_decide_by_ranks() -> None:
    value = np.random.default_rng(5).normal(0, 1, len(DAYS)) + 2.0 * (DAYS >= 20_050)
    value[7] = 1e9
    found = step_in_ranks(DAYS, value)
    assert found is not None
    assert abs(found.day - date(2024, 11, 23)).days <= 1


def test_unknown_values_count_nowhere() -> None:
    value = np.where(DAYS >= 20_030, 1.0, 0.0) + 0.01 * np.sin(DAYS)
    value[::3] = np.nan
    found = step_in(DAYS, value)
    assert found is not None
    assert found.day == date_of(20_030)
