"""Bars to both sides of an axis."""

import pytest

from ptml.review.drawing import bars
from ptml.review.drawing.bars import WIDTH


def test_shares_are_of_the_whole_that_is_told_of() -> None:
    drawn = bars([("a", 3.0), ("b", -1.0)], 5.0)
    assert [bar.share for bar in drawn.rows] == [0.6, 0.2]


def test_what_lowers_lies_to_the_left_of_the_axis_and_what_raises_to_the_right() -> None:
    drawn = bars([("a", 3.0), ("b", -1.0)], 4.0)
    raised, lowered = drawn.rows
    assert raised.x == drawn.axis
    assert lowered.x + lowered.width == pytest.approx(drawn.axis, abs=0.2)
    assert raised.width == pytest.approx(3 * lowered.width, abs=0.2)


def test_bars_stay_within_the_drawing_and_below_one_another() -> None:
    drawn = bars([(str(n), (-1.0) ** n * n) for n in range(1, 9)], 36.0)
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in drawn.rows)
    heights = [bar.y for bar in drawn.rows]
    assert heights == sorted(set(heights))
    assert heights[-1] < drawn.height


def test_a_bar_is_never_too_thin_to_be_seen() -> None:
    assert bars([("a", 1000.0), ("b", 0.001)], 1000.001).rows[1].width >= 1


@pytest.mark.parametrize("values", [[], [("a", 0.0)]])
def test_nothing_makes_no_bars_and_no_error(values: list[tuple[str, float]]) -> None:
    assert all(bar.share == 0 for bar in bars(values, 0.0).rows)
