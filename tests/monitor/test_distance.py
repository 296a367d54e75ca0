"""Distances between distributions."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ptml.monitor.distance import bin_edges, binned, jensen_shannon, largest_gap, stability_index

COUNTS = st.lists(st.integers(0, 1000), min_size=4, max_size=4).filter(any)


@given(COUNTS, COUNTS)
def test_distances_are_symmetric_and_within_bounds(one: list[int], other: list[int]) -> None:
    a, b = np.array(one, float), np.array(other, float)
    for distance in (largest_gap, jensen_shannon, stability_index):
        assert np.isclose(distance(a, b), distance(b, a))
        assert distance(a, b) >= 0
    assert largest_gap(a, b) <= 1 + 1e-9
    assert jensen_shannon(a, b) <= 1 + 1e-9


def test_unknown_values_have_a_bin_of_their_own() -> None:
    values = np.array([1.0, 2.0, np.nan])
    assert binned(values, bin_edges(values)).tolist()[-1] == 1


def test_a_frequent_value_does_not_break_the_bins() -> None:
    values = np.zeros(100)
    assert binned(values, bin_edges(values)).sum() == 100
