"""A line over days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ptml.review.drawing import line
from ptml.review.drawing.line import HEIGHT, WIDTH

FIRST = date(2025, 3, 31)
VALUES = [(FIRST, 90.0), (FIRST + timedelta(91), 110.0), (FIRST + timedelta(182), 100.0)]


def test_fewer_than_two_values_make_no_line() -> None:
    assert line([]) is None
    assert line(VALUES[:1]) is None


def test_days_go_to_the_right_and_values_upwards() -> None:
    drawn = line(VALUES)
    assert drawn is not None
    low, high, middle = drawn.points
    assert low.x < high.x < middle.x
    assert high.y < middle.y < low.y
    assert drawn.path.split()[0] == f"{low.x},{low.y}"


def test_the_target_is_always_on_the_scale() -> None:
    drawn = line([(FIRST, 40.0), (FIRST + timedelta(91), 45.0)])
    assert drawn is not None
    assert 100 in [tick.value for tick in drawn.ticks]


def test_a_day_outside_of_the_line_widens_it() -> None:
    drawn = line(VALUES, [FIRST + timedelta(400)])
    assert drawn is not None
    assert drawn.marked[0] > drawn.points[-1].x


@given(st.lists(st.floats(0, 200), min_size=2, max_size=12), st.integers(0, 400))
def test_all_lies_within_the_drawing(values: list[float], mark: int) -> None:
    told = [(FIRST + timedelta(91 * n), value) for n, value in enumerate(values)]
    drawn = line(told, [FIRST + timedelta(mark)])
    assert drawn is not None
    assert 2 <= len(drawn.ticks) <= 6
    inside = [(p.x, p.y) for p in drawn.points] + [(x, 0.0) for x in drawn.marked]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in inside)
