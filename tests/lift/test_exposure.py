"""Other courses of a person count by how much of them a change of the score sees."""

import numpy as np

from ptml.lift.exposure import LAGS, OtherCourses, expected_exposure
from tests.lift.test_panel import panel_of


def test_a_course_before_the_base_is_in_both_and_cancels() -> None:
    found = dict(zip(LAGS, expected_exposure((1, 2), (-3, -4)), strict=True))
    assert found[-5] == 0
    assert found[-1] == 1
    assert found[2] == 0.25


def test_starts_are_found_around_each_decision() -> None:
    panel = panel_of(np.full((2, 8), 100.0))
    starts = OtherCourses(
        employee=np.array([0, 0, 1], dtype=np.int32),
        quarter=np.array([3, 3, 5], dtype=np.int32),
        n_employees=2,
        n_quarters=8,
    )
    around = starts.around(panel, np.array([1.0, 2.0, 5.0]), (-1, 0, 1))
    at = {(e, q): k for k, (e, q) in enumerate(zip(panel.employee, panel.quarter, strict=True))}
    assert around[at[0, 4]].tolist() == [3, 0, 0]
    assert around[at[0, 3]].tolist() == [0, 3, 0]
    assert around[at[1, 4]].tolist() == [0, 0, 5]
