"""Who may plan on courses with few seats, and that nobody is turned away for nothing."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.decide.path.seats import (
    SeatCutoffs,
    Starts,
    first_weeks_of_quarters,
    quarter_name,
    quarter_of,
    seats_left,
    settled,
)
from tests.decide.histories import day_of

DAY = day_of("2026-11-20")
QUARTERS = 5


def starts(course: list[int], quarter: list[int], points: list[float]) -> Starts:
    return Starts(np.array(course, dtype=np.int64), np.array(quarter), np.array(points))


def plan(points: np.ndarray, seats: int, share: float = 1.0) -> tuple[SeatCutoffs, Starts]:
    """People who take the better of two courses, and begin it as soon as they may."""
    n = len(points)
    course = np.tile([0, 1], n)

    def lay(cutoffs: SeatCutoffs) -> Starts:
        opens = cutoffs.opens(course, points.reshape(-1), DAY).reshape(n, 2)
        may = np.where(np.isfinite(opens), points - 0.01 * np.minimum(opens, 1e6), -np.inf)
        best = may.argmax(axis=1)
        at = np.flatnonzero(np.isfinite(may.max(axis=1)))
        week = opens[at, best[at]].astype(np.int64)
        return Starts(best[at], quarter_of(week, DAY), points[at, best[at]])

    left = seats_left(np.array([seats, -1]), np.array([1, 0]), QUARTERS)
    cutoffs = settled(lay, left, share, 100)
    return cutoffs, lay(cutoffs)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40),
    st.integers(0, 8),
)
def test_no_quarter_has_more_starts_than_seats_and_those_with_most_come_first(
    people: list[tuple[int, int]], seats: int
) -> None:
    points = np.array(people, dtype=np.float64)
    cutoffs, found = plan(points, seats)
    counts = found.counts(2, QUARTERS)[0]
    assert (counts <= [max(seats - 1, 0), *[seats] * (QUARTERS - 1)]).all()
    for quarter in range(QUARTERS):
        own = found.points[(found.course == 0) & (found.quarter == quarter)]
        assert (own >= cutoffs.points[0, quarter]).all()
    assert (cutoffs.points[1] == -np.inf).all()


def test_what_would_be_begun_without_a_limit_is_told() -> None:
    points = np.array([[3.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    cutoffs, found = plan(points, seats=2)
    assert cutoffs.wanted[0].tolist() == [3, 0, 0, 0, 0]
    # One of the two seats of the first quarter is taken.
    assert found.counts(2, QUARTERS)[0].tolist() == [1, 2, 0, 0, 0]


def test_part_of_the_people_stands_for_all() -> None:
    points = np.array([[float(k), 0.0] for k in range(10, 0, -1)])
    cutoffs, found = plan(points, seats=5, share=0.5)
    assert cutoffs.wanted[0, 0] == 20
    # Two and a half of the ten stand for five of twenty.
    assert found.counts(2, QUARTERS)[0].tolist() == [2, 2, 2, 2, 2]


def test_hardly_a_seat_for_anybody_is_none_and_half_a_seat_is_for_more_than_was_seen() -> None:
    none = SeatCutoffs.none(1, 1)
    few = starts([0, 0], [0, 0], [2.0, 1.0])
    assert none.raised(few, np.array([[0.4]])).points[0, 0] == np.inf
    half = none.raised(few, np.array([[0.6]])).points[0, 0]
    assert 2.0 < half < 2.001


def test_what_has_to_be_taken_goes_first() -> None:
    both = starts([0, 0, 0], [0, 0, 0], [np.inf, 5.0, 1.0])
    raised = SeatCutoffs.none(1, 1).raised(both, np.array([[2.0]]))
    assert 1.0 < raised.points[0, 0] <= 5.0


def test_equal_points_are_turned_away_together() -> None:
    raised = SeatCutoffs.none(1, 1).raised(starts([0] * 3, [0] * 3, [1.0] * 3), np.array([[2.0]]))
    assert raised.points[0, 0] > 1.0


def test_a_course_opens_after_the_last_quarter_that_turns_away() -> None:
    points = np.full((1, QUARTERS), -np.inf)
    points[0, [0, 2]] = 3.0
    cutoffs = SeatCutoffs(points, np.zeros_like(points))
    weeks = cutoffs.opens(np.array([0, 0]), np.array([2.0, 3.0]), DAY)
    assert weeks.tolist() == [first_weeks_of_quarters(DAY, QUARTERS)[3], 0.0]
    points[0, -1] = np.inf
    assert np.isinf(cutoffs.opens(np.array([0]), np.array([9.0]), DAY)).all()


@pytest.mark.parametrize("day", ["2026-11-20", "2026-12-31", "2027-01-01", "2024-02-29"])
def test_the_first_week_of_a_quarter_lies_in_it_and_the_week_before_does_not(day: str) -> None:
    weeks = first_weeks_of_quarters(day_of(day), QUARTERS).astype(np.int64)
    assert quarter_of(weeks, day_of(day)).tolist() == list(range(QUARTERS))
    assert (quarter_of(weeks[1:] - 1, day_of(day)) < np.arange(1, QUARTERS)).all()


def test_quarters_are_named_beyond_the_year() -> None:
    assert [quarter_name(date(2026, 11, 20), k) for k in (0, 1)] == ["2026Q4", "2027Q1"]
