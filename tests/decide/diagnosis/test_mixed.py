import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.decide.diagnosis.mixed import MixedSums, fit_mixed

N_UNITS = 14


def organisation(seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Units of unlike sizes; one measure of people, one of units; what a unit shares beyond."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(N_UNITS), rng.integers(3, 25, N_UNITS))
    skill, hours = rng.normal(0, 1, len(unit)), rng.gamma(1, 1, N_UNITS)[unit]
    shared = rng.normal(0, 2.5, N_UNITS)[unit]
    score = 1 + 3 * skill - 2 * hours + shared + rng.normal(0, 4, len(unit))
    measures = np.round(np.stack([skill, hours], axis=1) * 1024) / 1024
    return unit, measures, np.round(score * 1024) / 1024


def test_the_fit_from_sums_is_that_of_statsmodels_from_people() -> None:
    unit, measures, score = organisation()
    found = fit_mixed(MixedSums.of(unit, measures, score, N_UNITS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        from statsmodels.regression.mixed_linear_model import MixedLM

        design = np.column_stack([np.ones(len(unit)), measures])
        oracle = MixedLM(score, design, groups=unit).fit(reml=True)
    assert [found.intercept, *found.worth] == pytest.approx(oracle.fe_params, abs=2e-3)
    assert found.personal_variance == pytest.approx(oracle.scale, rel=2e-3)
    assert found.shared_variance == pytest.approx(oracle.cov_re[0, 0], rel=5e-3)
    effects = [float(np.ravel(oracle.random_effects[k])[0]) for k in range(N_UNITS)]
    assert found.effect == pytest.approx(effects, abs=5e-3)
    assert np.diag(found.covariance) == pytest.approx(oracle.bse_fe[1:] ** 2, rel=5e-3)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(40)))
def test_the_order_of_people_changes_no_bit(order: list[int]) -> None:
    unit, measures, score = (values[:40] for values in organisation())
    at = np.array(order)
    one = MixedSums.of(unit, measures, score, N_UNITS)
    other = MixedSums.of(unit[at], measures[at], score[at], N_UNITS)
    assert (one.products == other.products).all()
    assert (one.by_unit == other.by_unit).all()


def test_a_worth_of_the_wrong_sign_counts_for_nothing() -> None:
    unit, measures, score = organisation()
    sums = MixedSums.of(unit, measures, score, N_UNITS)
    found = fit_mixed(sums, good=np.array([-1, -1]))
    assert found.worth[0] == 0.0
    assert found.worth[1] < 0
    # The mean of the outcome stays where it is.
    predicted = found.intercept + measures @ found.worth
    assert predicted.mean() == pytest.approx(score.mean(), abs=1.5)


def test_a_sceptical_prior_draws_worths_towards_nought() -> None:
    sums = MixedSums.of(*organisation(), n_units=N_UNITS)
    free, drawn = fit_mixed(sums), fit_mixed(sums, prior=0.1)
    assert abs(drawn.worth[0]) < abs(free.worth[0]) / 2


def test_units_without_people_share_nothing_that_is_known() -> None:
    unit, measures, score = organisation()
    found = fit_mixed(MixedSums.of(unit, measures, score, N_UNITS + 1))
    assert found.effect[-1] == 0
    assert found.effect_variance[-1] == pytest.approx(found.shared_variance)


def test_where_nothing_differs_between_units_nothing_is_shared() -> None:
    rng = np.random.default_rng(8)
    unit = np.repeat(np.arange(20), 10)
    score = np.tile(rng.normal(0, 3, 10), 20)
    found = fit_mixed(MixedSums.of(unit, np.zeros((200, 1)), score, 20))
    assert found.shared_variance < 0.01
    assert found.worth.tolist() == [0.0]
    assert isinstance(pd.Series(found.effect).abs().max(), float)
