"""What lies with units, with people in them, and with neither."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from ptml.transfer.outcomes import Outcomes
from ptml.transfer.variance import (
    LOGIT_A_PROBIT,
    MAX_CORRELATION,
    N_TERMS,
    PairSums,
    variance_parts,
)

from .planted import Planted

N_DRAWS = 200


@pytest.mark.parametrize("correlation", [0.1, 0.5, 0.8])
def test_expected_product_of_a_pair_is_that_of_two_correlated_normal_variables(
    correlation: float,
) -> None:
    usual = np.array([0.21, 0.62])
    pair = Outcomes(np.zeros(2, np.int32), np.arange(2, dtype=np.int32), np.ones(2, bool), usual)
    terms = PairSums.of(pair).between[0] * 2  # Half a pair an outcome.
    bound = norm.ppf(usual)
    both = multivariate_normal.cdf(bound, cov=[[1, correlation], [correlation, 1]])
    found = (terms[1:] * correlation ** np.arange(1, N_TERMS + 1)).sum()
    assert found == pytest.approx(both - usual.prod(), abs=1e-4)
    assert terms[0] == pytest.approx((1 - usual).prod())


def test_pairs_are_told_apart_by_person() -> None:
    unit = np.zeros(4, np.int32)
    person = np.array([0, 0, 1, 2], np.int32)
    sums = PairSums.of(Outcomes(unit, person, np.array([1, 0, 1, 1], bool), np.full(4, 0.5)))
    # Products are 1/4 where both agree: of six pairs one is of one person, and differs.
    assert sums.within[0, 0] == pytest.approx(-0.25)
    assert sums.between[0, 0] == pytest.approx((3 - 2) * 0.25 / 4)


@pytest.mark.parametrize(("unit_sd", "person_sd"), [(1.2, 0.3), (0.3, 1.2), (1.0, 1.0), (0.0, 0.0)])
def test_planted_spreads_are_found_within_their_intervals(unit_sd: float, person_sd: float) -> None:
    rng = np.random.default_rng(5)
    planted = Planted(unit_sd, person_sd)
    total = unit_sd**2 + person_sd**2 + LOGIT_A_PROBIT**2
    truth = np.array([unit_sd**2, person_sd**2]) / total
    covered, found = [], []
    for _ in range(40):
        parts = variance_parts(planted.draw(rng)[0], N_DRAWS, rng)
        shares = (parts.unit_share, parts.person_share)
        covered.append([f.low - 1e-9 <= t <= f.high for f, t in zip(shares, truth, strict=True)])
        found.append([f.value for f in shares])
        assert sum(f.value for f in (*shares, parts.rest_share)) == pytest.approx(1)
    np.testing.assert_allclose(np.mean(found, axis=0), truth, atol=0.025)
    # Nominally 0.9; with so few draws chance takes off a tenth.
    assert np.mean(covered, axis=0).min() >= 0.78


def test_ratio_of_units_to_people_has_no_end_where_people_do_not_differ() -> None:
    rng = np.random.default_rng(3)
    parts = variance_parts(Planted(0.8, 0.0).draw(rng)[0], N_DRAWS, rng)
    assert parts.unit_to_person.high == np.inf
    assert parts.unit_sd.value < LOGIT_A_PROBIT * np.sqrt(MAX_CORRELATION / (1 - MAX_CORRELATION))


def test_same_seed_same_interval() -> None:
    outcomes, _ = Planted(1.0, 1.0, n_units=12).draw(np.random.default_rng(2))
    one, other = (variance_parts(outcomes, N_DRAWS, np.random.default_rng(7)) for _ in range(2))
    assert one == other
