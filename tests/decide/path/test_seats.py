from datetime import date

import numpy as np

from ptml.decide.path.seats import SeatsWanted, quarter_name, quarters_ahead
from tests.decide.histories import day_of

DAY = day_of("2026-11-20")


def wanted(courses: list[int], weeks: list[int]) -> SeatsWanted:
    found = SeatsWanted(np.zeros((2, quarters_ahead(39)), dtype=np.int64))
    found.add(np.array(courses), np.array(weeks), DAY)
    return found


def test_paths_are_counted_by_the_calendar_quarter_of_their_start() -> None:
    assert wanted([0, 0, 0, 1], [0, 5, 7, 30]).wanted.tolist() == [
        [2, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
    ]


def test_seats_that_are_taken_count_in_the_quarter_of_the_day_alone() -> None:
    found = wanted([0, 0, 0, 0, 0], [0, 0, 7, 7, 7])
    course, quarter, taken, short = found.against(np.array([2, 5]), np.array([1, 0]))
    assert course.tolist() == [0, 0]
    assert quarter.tolist() == [0, 1]
    assert taken.tolist() == [1, 0]
    assert short.tolist() == [1, 1]


def test_a_course_without_a_limit_is_never_short() -> None:
    assert wanted([0], [0]).against(np.array([-1, 3]), np.zeros(2, dtype=int))[0].tolist() == []


def test_quarters_are_named_beyond_the_year() -> None:
    assert [quarter_name(date(2026, 11, 20), k) for k in (0, 1)] == ["2026Q4", "2027Q1"]
