"""Moments of downloads in the forms that Moodle's languages write."""

import pytest

from ptml.sources.importers.moodle.times import NO_TIME, NO_YEAR, told_moment


@pytest.mark.parametrize(
    "text",
    [
        "5/03/26, 14:22",
        "5/03/26, 14:22:09",
        "05/03/2026, 14:22",
        "5.03.2026, 14:22",
        "5 March 2026, 2:22 PM",
        "Thursday, 5 March 2026, 2:22 PM",
        "2026-03-05 14:22",
        "2026年03月5日 14:22",
        "2026年03月05日(週四) 14:22",
    ],
)
def test_all_forms_are_read(text: str) -> None:
    moment, fault = told_moment(text, is_month_first=False)
    assert fault == ""
    assert moment is not None
    assert moment.strftime("%Y-%m-%d %H:%M") == "2026-03-05 14:22"


def test_the_order_of_month_and_day_is_as_told() -> None:
    moment, _ = told_moment("3/5/26, 09:00", is_month_first=True)
    assert moment is not None
    assert (moment.month, moment.day) == (3, 5)


def test_a_time_without_year_or_outside_the_calendar_is_none() -> None:
    assert told_moment("5 Mar, 14:22", False) == (None, NO_YEAR)
    assert told_moment("31/02/26, 14:22", False) == (None, NO_TIME)
    assert told_moment("5 Foo 2026, 14:22", False) == (None, NO_TIME)
    assert told_moment("yesterday", False) == (None, NO_TIME)
    assert told_moment("12:30 AM", False) == (None, NO_TIME)
