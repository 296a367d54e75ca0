"""Another unit of an export is told from people who changed."""

import numpy as np
import pytest

from ptml.monitor.profile import _mean
from ptml.monitor.values import is_of_another_unit

SCORES = np.array([60.0, 75.0, np.nan, 80.0, 95.0])


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (SCORES / 100, True),
        (SCORES * 100, True),
        (SCORES - 15, False),
        (SCORES * 2, False),
        (np.array([np.nan]), False),
        (np.zeros(3), False),
    ],
)
def test_a_middle_that_moved_many_times_over_is_another_unit(
    now: np.ndarray[tuple[int], np.dtype[np.float64]], found: bool
) -> None:
    assert is_of_another_unit(SCORES, now, 5.0) is found


def test_the_profile_of_a_column_does_not_depend_on_the_order_of_its_rows() -> None:
    values = np.random.default_rng(1).normal(50, 20, 10_001)
    assert _mean(values) == _mean(values[::-1]) == _mean(np.roll(values, 17))
