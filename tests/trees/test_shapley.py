"""Contributions of patterns against the definition of the Shapley value."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.trees.shapley import pattern_contributions


def by_definition(fits: list[bool], unknown: list[float], value: float, i: int) -> float:
    """Mean over orders of what feature i adds to the leaf's expected value."""
    d = len(fits)
    others = [j for j in range(d) if j != i]

    def expected(known: set[int]) -> float:
        passed = [float(fits[j]) if j in known else unknown[j] for j in range(d)]
        return value * float(np.prod(passed))

    return sum(
        factorial(size)
        * factorial(d - size - 1)
        / factorial(d)
        * (expected({*some, i}) - expected(set(some)))
        for size in range(d)
        for some in combinations(others, size)
    )


@settings(max_examples=30, deadline=None)
@given(unknown=st.lists(st.floats(0.01, 1.0), min_size=1, max_size=5), value=st.floats(-2.0, 2.0))
def test_every_pattern_has_its_shapley_values(unknown: list[float], value: float) -> None:
    d = len(unknown)
    found = pattern_contributions(np.array([unknown]), np.array([value]))[0]
    for pattern in range(2**d):
        fits = [bool(pattern >> j & 1) for j in range(d)]
        expected = [by_definition(fits, unknown, value, i) for i in range(d)]
        np.testing.assert_allclose(found[pattern], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("d", [1, 4, 7, 10])
def test_contributions_add_up_to_the_value_less_what_was_expected(d: int) -> None:
    unknown = np.random.default_rng(d).random((3, d))
    value = np.array([1.0, -2.0, 0.5])
    total = pattern_contributions(unknown, value).sum(axis=2)
    expected = np.zeros((3, 2**d))
    expected[:, -1] = value
    expected -= (value * unknown.prod(axis=1))[:, None]
    np.testing.assert_allclose(total, expected, rtol=0, atol=1e-12)
