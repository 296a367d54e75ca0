"""The first reason in one pass is the first of all reasons told apart."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.capability import capability
from ptml.features.eligibility import (
    BY_RIGHT,
    EXCLUSIONS,
    EligibilityConfig,
    eligibility,
    offers,
    reasons_by_right,
    reasons_by_room,
)
from ptml.features.history import History, load_history
from ptml.features.rows import Rows
from ptml.features.shared import Shared, shared_averages

from .organisation import random_frames


@cache
def organisation(seed: int) -> tuple[History, Shared]:
    with dataset_from_frames(random_frames(seed)) as dataset:
        return load_history(dataset), shared_averages(dataset)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(8, 9),
    day=st.integers(19_200, 20_100),
    gap=st.sampled_from([0.0, 0.5, 1.0]),
    new=st.sampled_from([0.0, 0.1, 1.5]),
)
def test_it_is_the_first_of_all_reasons_told_apart(
    seed: int, day: int, gap: float, new: float
) -> None:
    history, shared = organisation(seed)
    config = EligibilityConfig(largest_entry_gap_levels=gap, smallest_new_levels=new)
    both = np.tile(np.arange(history.n_employees, dtype=np.int32), 2)
    days = np.repeat([day, day + 91], history.n_employees).astype(np.int32)
    rows = Rows(both, days)
    portraits = capability(history, shared, rows)
    expected = np.zeros((len(rows), history.n_courses), dtype=np.uint8)
    apart = dict(reasons_by_right(history, rows, portraits.level, config))
    for name in reversed(BY_RIGHT):
        expected[apart[name]] = EXCLUSIONS.index(name)
    np.testing.assert_array_equal(eligibility(history, rows, portraits, config), expected)
    for name, reason in reasons_by_room(history, shared, rows, config).items():
        expected[(expected == 0) & reason] = EXCLUSIONS.index(name)
    np.testing.assert_array_equal(offers(history, shared, rows, portraits, config), expected)
