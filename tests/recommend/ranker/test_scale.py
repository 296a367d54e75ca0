"""Preference rises with the margin, and .5 is a candidate like any other."""

import numpy as np
import pytest
from scipy.special import expit

from ptml.recommend.ranker.scale import Scale, fit_scale


def test_scale_is_found_again() -> None:
    rng = np.random.default_rng(0)
    margin = rng.normal(2, 3, 200_000)
    chosen = rng.random(len(margin)) < expit(0.8 * margin - 4)
    scale = fit_scale(margin, chosen)
    assert scale is not None
    assert scale.slope == pytest.approx(0.8, rel=0.03)
    share = chosen.mean()
    odds = np.exp(0.8 * scale.centre - 4)
    assert odds == pytest.approx(share / (1 - share), rel=0.05)
    assert scale.preference(np.array([scale.centre]))[0] == 0.5


def test_no_scale_where_higher_margins_are_chosen_less() -> None:
    margin = np.linspace(-1, 1, 100)
    assert fit_scale(margin, margin < 0.2) is None
    assert fit_scale(margin, np.zeros(100, dtype=np.bool_)) is None
    assert fit_scale(np.ones(4), np.array([True, False, True, False])) is None


def test_mean_slope_takes_the_base_to_the_preference_and_is_the_slope_close_to_it() -> None:
    scale = Scale(1.3, 0.2)
    base, margin = np.array([0.1, -2.0, 0.7]), np.array([1.5, -2.0, 0.7 + 1e-9])
    gained = scale.mean_slope(base, margin) * (margin - base)
    expected = scale.preference(margin) - scale.preference(base)
    np.testing.assert_allclose(gained, expected, atol=1e-12)
    at_base = scale.preference(base[1:2])
    assert scale.mean_slope(base, margin)[1] == pytest.approx(
        float(1.3 * (at_base * (1 - at_base))[0])
    )
