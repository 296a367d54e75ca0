"""Intervals that several rooms share."""

import ast
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest, norm

import ptml
from ptml.intervals import Z_90, Z_95, Z_ONE_SIDED_90, wilson_interval


def test_wilson_interval_of_nothing_in_ten() -> None:
    low, high = wilson_interval(np.array([0.0]), np.array([10]))
    assert low[0] == 0
    assert high[0] == pytest.approx(0.2775, abs=1e-4)


@pytest.mark.parametrize(("k", "n"), [(0, 1), (3, 7), (50, 120), (9, 9)])
def test_it_is_the_interval_of_others(k: int, n: int) -> None:
    ends = binomtest(k, n).proportion_ci(0.95, "wilson")
    low, high = wilson_interval(np.array([k / n]), np.array([n]))
    assert (low[0], high[0]) == pytest.approx((ends.low, ends.high), abs=1e-12)


def test_quantiles_are_those_of_the_normal_distribution() -> None:
    expected = norm.ppf([0.9, 0.95, 0.975])
    assert pytest.approx(expected, abs=1e-15) == (Z_ONE_SIDED_90, Z_90, Z_95)


def test_nobody_writes_the_quantile_again() -> None:
    found = {
        path.name
        for path in Path(ptml.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, float)
        and abs(node.value - Z_95) < 1e-4
    }
    assert found == {"intervals.py"}
