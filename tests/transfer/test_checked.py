"""Who gets checked, and what a known outcome stands for."""

import numpy as np
import pytest

from ptml.transfer.checked import fit_selection
from ptml.transfer.checked_differences import checked_differences
from ptml.transfer.config import CheckedConfig

from .choosing import CONFIG, chosen_cases, examined


def test_outcomes_of_those_who_are_seldom_checked_count_more() -> None:
    cases, _ = chosen_cases()
    weight = examined(cases).weight
    low = cases.is_known & (cases.features.values[:, 0] < -1)
    high = cases.is_known & (cases.features.values[:, 0] > 1)
    assert weight[low].mean() > 1.4 * weight[high].mean()
    assert (weight[~cases.is_known] == 0).all()
    assert weight[cases.is_known].mean() == pytest.approx(1, abs=0.05)


def test_where_checks_are_at_random_all_count_alike() -> None:
    cases, _ = chosen_cases(seen=0)
    weight = examined(cases).weight[cases.is_known]
    assert np.ptp(weight) < 0.15


def test_where_all_are_checked_all_count_one() -> None:
    cases, _ = chosen_cases(n=300)
    every = cases.take(cases.is_known)
    assert examined(every).weight == pytest.approx(np.ones(len(every)), abs=0.01)


def test_no_outcome_stands_for_more_than_the_largest_weight() -> None:
    cases, _ = chosen_cases(seen=3.0)
    config = CheckedConfig(largest_weight=1.5)
    weights = fit_selection(cases, config, 1).weights(cases.features.values, cases.employee)
    assert weights.max() == 1.5


def test_differences_shrink_once_the_checked_are_weighted() -> None:
    cases, _ = chosen_cases()
    found = checked_differences(examined(cases))
    x, known = cases.features.values.astype(np.float64), cases.is_known
    support = x[:, 0]
    spread = np.sqrt((support[known].var() + support[~known].var()) / 2)
    expected = (support[known].mean() - support[~known].mean()) / spread
    assert found.before[0] == pytest.approx(expected, abs=1e-9)
    assert found.before[0] > 0.5
    assert abs(found.after[0]) < 0.15
    assert np.abs(found.before[1:]).max() < 0.1


def test_a_feature_that_does_not_vary_differs_by_nothing_that_is_known() -> None:
    cases, _ = chosen_cases(n=300)
    cases.features.values[:, 2] = 4.0
    cases.features.values[:, 1] = np.nan
    found = checked_differences(examined(cases))
    assert np.isnan(found.before[1:]).all()


def test_the_same_seed_gives_the_same_weights() -> None:
    cases, _ = chosen_cases(n=900)
    one, other = (
        fit_selection(cases, CONFIG, 4).weights(cases.features.values, cases.employee)
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, other)
