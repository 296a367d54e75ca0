"""The gap that every course closes is the one that is told pair by pair."""

import numpy as np
import pytest

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.capability import capability
from ptml.features.fit import course_fit, gap_closed_by_all
from ptml.features.history import load_history
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages

from .organisation import random_frames


@pytest.mark.parametrize("seed", [8, 9])
def test_for_all_courses_it_is_that_of_single_pairs(seed: int) -> None:
    with dataset_from_frames(random_frames(seed)) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
    # More rows than are worked through side by side, and not a multiple of them.
    people = np.resize(np.arange(history.n_employees, dtype=np.int32), 150)
    rows = Rows(people, np.linspace(19_200, 20_100, 150).astype(np.int32))
    portraits = capability(history, shared, rows)
    found = gap_closed_by_all(history.catalogue, portraits)
    row, course = np.nonzero(np.ones(found.shape))
    pairs = course_fit(history.catalogue, portraits, row, course)
    assert np.isnan(found).any()
    assert (found > 0).any()
    np.testing.assert_array_equal(found, pairs.gap_closed.reshape(found.shape))
