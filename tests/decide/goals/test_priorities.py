"""Gaps by what the unit must achieve."""

import numpy as np
import pytest

from ptml.decide.goals.priorities import Priorities, priorities

WEIGHTS = np.array([[0.5, 1.5], [1.0, 1.0]])


def told(*rows: tuple[int, int, float, int], weights: np.ndarray = WEIGHTS) -> Priorities:
    unit, competency, gap, people = (np.array(column) for column in zip(*rows, strict=True))
    return priorities(
        unit.astype(np.int32), competency.astype(np.int32), gap.astype(np.float64), people, weights
    )


def test_goals_turn_the_order_of_gaps_round() -> None:
    found = told((0, 0, 0.8, 10), (0, 1, 0.4, 10))
    assert found.gap.tolist() == pytest.approx([0.4, 0.6])
    assert found.priority.tolist() == [2, 1]


def test_a_gap_that_is_not_told_has_no_place() -> None:
    found = told((0, 0, np.nan, 3), (0, 1, 0.4, 10), (1, 0, 0.0, 10))
    assert found.priority.tolist() == [0, 1, 0]
    assert np.isnan(found.gap[0])


def test_the_unit_as_such_is_weighed_by_what_is_missing_there() -> None:
    found = told((0, -1, 0.9, 20), (0, 0, 0.3, 10), (0, 1, 0.3, 10), (1, -1, 0.9, 9))
    assert found.gap[0] == pytest.approx(0.9 * 1.0)
    assert np.isnan(found.weight[0])
    assert found.gap[3] == pytest.approx(0.9)
    more = told((0, -1, 0.9, 20), (0, 0, 0.0, 10), (0, 1, 0.3, 10))
    assert more.gap[0] == pytest.approx(0.9 * 1.5)


def test_cells_that_are_not_shown_are_in_no_figure_of_the_unit() -> None:
    without = told((0, -1, 0.9, 20), (0, 1, 0.3, 10))
    hidden = told((0, -1, 0.9, 20), (0, 1, 0.3, 10), (0, 0, np.nan, 4))
    assert hidden.gap[0] == without.gap[0]
