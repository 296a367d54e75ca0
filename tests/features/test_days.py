"""Steps by calendar months, and when shared averages are renewed."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.features.days import NEVER, date_of, day_number, days_between, quarters_before
from ptml.features.renewal import last_renewal, shown_from, shows_from

DATES = st.dates(date(1950, 1, 1), date(2150, 1, 1))


@given(DATES)
def test_day_numbers_and_dates_go_there_and_back(day: date) -> None:
    assert date_of(day_number(day)) == day


@given(DATES, st.integers(-3, 12))
def test_quarters_back_are_those_of_the_calendar(day: date, n_quarters: int) -> None:
    expected = pd.Timestamp(day) - pd.DateOffset(months=3 * n_quarters)
    found = quarters_before(np.array([day_number(day)], np.int32), n_quarters)
    assert date_of(found[0]) == expected.date()


@given(DATES)
def test_sql_and_numpy_agree_on_when_something_shows(day: date) -> None:
    sql = f"SELECT {shows_from('day')} FROM (SELECT ?::DATE AS day)"
    row = duckdb.execute(sql, [day]).fetchone()
    assert row is not None
    assert shown_from(np.array([day_number(day)], np.int32))[0] == row[0]


@given(known=DATES, wait=st.integers(0, 120))
def test_a_row_sees_only_what_was_known_before_it(known: date, wait: int) -> None:
    asked = known + timedelta(days=wait)
    shows = shown_from(np.array([day_number(known)], np.int32))[0]
    renewal = last_renewal(np.array([day_number(asked)], np.int32))[0]
    assert day_number(known) < shows <= day_number(known) + 92
    if shows <= renewal:
        assert known < asked


@pytest.mark.parametrize(
    ("known", "shows"),
    [("2026-06-30", "2026-07-01"), ("2026-07-01", "2026-07-02"), ("2026-07-02", "2026-10-01")],
)
def test_results_of_a_quarter_show_the_day_after_they_are_known(known: str, shows: str) -> None:
    found = shown_from(np.array([day_number(date.fromisoformat(known))], np.int32))
    assert date_of(found[0]).isoformat() == shows


def test_what_never_happened_never_shows_and_is_no_time_ago() -> None:
    never = np.array([NEVER], np.int32)
    assert shown_from(never)[0] == NEVER
    assert np.isnan(days_between(np.array([5], np.int32), never)[0])
