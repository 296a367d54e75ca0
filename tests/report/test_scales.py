from hypothesis import given
from hypothesis import strategies as st

from ptml.report.scales import axis_over

VALUES = st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=20)


@given(VALUES, st.booleans())
def test_every_value_lies_on_the_axis(values: list[float], snug: bool) -> None:
    axis = axis_over(values, str, snug=snug)
    slack = 1e-6 * (axis.high - axis.low)
    assert axis.low - slack <= min(values)
    assert axis.high + slack >= max(values)
    assert all(0 <= axis.at(value) <= 100 for value in values)


@given(VALUES, st.booleans())
def test_ticks_are_few_in_order_and_on_the_axis(values: list[float], snug: bool) -> None:
    places = [tick.at for tick in axis_over(values, str, snug=snug).ticks]
    assert places == sorted(places)
    assert len(places) <= 9
    assert all(-0.01 <= place <= 100.01 for place in places)


def test_a_reference_and_bounds_shape_the_axis() -> None:
    axis = axis_over([0.4, 0.9, None], str, include=(0.0,), bounds=(0.0, 1.0))
    assert (axis.low, axis.high) == (0.0, 1.0)
    assert axis.at(0.5) == 50.0
    assert axis.at(7.0) == 100.0


def test_nothing_to_draw_still_gives_an_axis() -> None:
    axis = axis_over([None, float("nan")], str)
    assert axis.low < axis.high
