"""Durations of both kinds: what is written is read back, what is none is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.sources.importers.durations import any_minutes, iso_minutes, timespan_minutes

HOURS, SIXTY = st.integers(0, 9999), st.integers(0, 59)


@settings(deadline=None)
@given(hours=HOURS, minutes=SIXTY, seconds=st.integers(0, 5999).map(lambda n: n / 100))
def test_both_forms_of_one_duration_are_the_same(hours: int, minutes: int, seconds: float) -> None:
    iso = iso_minutes(f"PT{hours}H{minutes}M{seconds:.2f}S")
    timespan = timespan_minutes(f"{hours:04}:{minutes:02}:{seconds:05.2f}")
    assert iso == pytest.approx(hours * 60 + minutes + seconds / 60)
    assert timespan == pytest.approx(iso)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_no_text_breaks_the_reading(text: str) -> None:
    for read in (iso_minutes, timespan_minutes, any_minutes):
        found = read(text)
        assert found is None or found >= 0


@pytest.mark.parametrize("text", ["", "P", "PT", "-PT5M", "5", "1:30", "PT1.5", "P99999999999Y"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert any_minutes(text) is None


def test_days_weeks_and_years_count() -> None:
    assert iso_minutes("P1DT1H") == 25 * 60
    assert iso_minutes("P1W") == 7 * 24 * 60
    assert iso_minutes("P1Y") == 365 * 24 * 60
