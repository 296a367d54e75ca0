"""Claims about many courses at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ptml.decide.health.testing import held, p_below, p_share_below


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.01, 0.5))
def test_a_stricter_rate_makes_no_claim_that_a_looser_one_does_not(
    p: list[float], rate: float
) -> None:
    asked = np.ones(len(p), dtype=bool)
    strict, loose = (held(np.array(p), asked, share) for share in (rate, min(2 * rate, 0.99)))
    assert not (strict & ~loose).any()


def test_the_share_of_false_claims_is_held_where_nothing_is_true() -> None:
    rng = np.random.default_rng(5)
    asked = np.ones(50, dtype=bool)
    runs = [held(rng.random(50), asked, 0.1).any() for _ in range(2_000)]
    assert np.mean(runs) == pytest.approx(0.1, abs=0.02)


def test_courses_far_on_the_good_side_do_not_blunt_the_rule() -> None:
    p = np.array([0.004, *[0.9999] * 50])
    assert held(p, np.ones(51, dtype=bool), 0.1)[0]


def test_what_is_not_asked_about_or_not_known_is_never_claimed() -> None:
    p = np.array([0.0001, np.nan, 0.0001])
    assert held(p, np.array([False, True, True]), 0.1).tolist() == [False, False, True]
    assert not held(np.array([np.nan]), np.array([True]), 0.1).any()


def test_a_share_is_held_against_the_binomial_tail() -> None:
    hits, n = np.array([0.0, 3.0, 10.0, 0.0]), np.array([4.0, 10.0, 10.0, 0.0])
    found = p_share_below(hits, n, 0.6)
    assert found[:3] == pytest.approx(stats.binom.cdf(hits[:3], n[:3], 0.6))
    assert np.isnan(found[3])


def test_a_figure_without_an_error_says_nothing() -> None:
    found = p_below(np.array([-1.0, -1.0]), np.array([0.0, np.nan]), 0.0)
    assert np.isnan(found).all()
