"""Looks at tables: quiet without a change, and loud with one, from what was known only."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ptml.monitor.config import MonitorConfig
from ptml.monitor.events import SOURCES, Series
from ptml.monitor.look import look_at_data
from ptml.monitor.verdict import Verdict, judge

CONFIG = MonitorConfig()
LAST = 20_000
(SOURCE,) = (s for s in SOURCES if s.name == "enrolments (completed)")


def series(n_days: int = 700, a_day: int = 8, seed: int = 3) -> Series:
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(LAST - n_days, LAST, n_days * a_day)).astype(np.int32)
    n = len(day)
    numbers = {
        "exam_score": rng.normal(70, 12, n).astype(np.float64),
        "satisfaction": rng.integers(1, 6, n).astype(np.float64),
    }
    return Series(
        replace(SOURCE, measured=""),
        day,
        rng.integers(0, 400, n),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        numbers,
    )


def verdict(one: Series, day: int = LAST) -> Verdict:
    return judge(look_at_data([one], day, CONFIG).findings, CONFIG.false_alarm_rate)


def changed(one: Series, name: str, values: NDArray[np.float64], since: int) -> Series:
    new = np.where(one.day >= since, values, one.numbers[name])
    return replace(one, numbers={**one.numbers, name: new})


def only(one: Series, kept: NDArray[np.bool_]) -> Series:
    numbers = {name: values[kept] for name, values in one.numbers.items()}
    return Series(
        one.source, one.day[kept], one.who[kept], one.what[kept], one.measured[kept], numbers
    )


def test_nothing_is_found_where_nothing_changed() -> None:
    one = series()
    assert not any(verdict(one, LAST - 7 * k).action_needed for k in range(6))


def test_lower_scores_are_drift_and_found_within_two_weeks() -> None:
    one = series()
    lower = changed(one, "exam_score", one.numbers["exam_score"] - 15, LAST - 14)
    found = verdict(lower)
    assert found.advice == "retrain"
    assert found.alarms[0]["subject"].endswith("exam_score: distribution")


def test_another_unit_of_measurement_in_few_rows_is_broken_data() -> None:
    one = series()
    scaled = np.where(one.who % 20 == 0, 100.0, 1.0) * one.numbers["exam_score"]
    found = verdict(changed(one, "exam_score", scaled, LAST - 7))
    assert found.advice == "fix_data"
    assert "out of range" in found.alarms[0]["subject"]


def test_an_empty_column_and_lost_decimals_are_broken_data() -> None:
    one = series()
    nothing = np.full(len(one.day), np.nan)
    assert verdict(changed(one, "satisfaction", nothing, LAST - 7)).advice == "fix_data"
    whole = np.round(one.numbers["exam_score"])
    assert verdict(changed(one, "exam_score", whole, LAST - 14)).advice == "fix_data"


def test_half_of_the_rows_lost_is_found_in_a_week() -> None:
    one = series()
    kept = (one.day < LAST - 7) | (np.arange(len(one.day)) % 2 == 0)
    assert verdict(only(one, kept)).advice == "fix_data"


def test_a_table_that_stops_is_found_in_a_week() -> None:
    one = series()
    found = verdict(only(one, one.day < LAST - 7))
    assert found.advice == "fix_data"
    assert found.alarms[0]["seen"].startswith("0 rows")


def test_people_with_new_ids_are_found() -> None:
    one = series()
    found = verdict(replace(one, who=np.where(one.day >= LAST - 7, one.who + 1000, one.who)))
    assert any("not seen before" in alarm["subject"] for alarm in found.alarms)


def test_growth_is_tolerated() -> None:
    rng = np.random.default_rng(1)
    days = np.concatenate(
        [np.full(rng.poisson(5 + 10 * k / 700), LAST - 700 + k) for k in range(700)]
    ).astype(np.int32)
    zeros = np.zeros(len(days), np.int64)
    grown = replace(series(), day=days, who=zeros, what=zeros, measured=zeros, numbers={})
    assert not any(verdict(grown, LAST - 7 * k).action_needed for k in range(6))


def test_what_comes_later_is_not_seen() -> None:
    one = series()
    lower = changed(one, "exam_score", one.numbers["exam_score"] - 40, LAST - 14)
    before = look_at_data([one], LAST - 14, CONFIG).findings
    after = look_at_data([lower], LAST - 14, CONFIG).findings
    assert before == after


@pytest.mark.parametrize("late", [5, 60])
def test_a_quarterly_table_is_late_only_past_its_grace(late: int) -> None:
    start = LAST - late - 91 * 6
    days = np.repeat(start + 91 * np.arange(6), 200).astype(np.int32)
    zeros = np.zeros(len(days), np.int64)
    one = replace(series(), day=days, who=zeros, what=zeros, measured=zeros, numbers={})
    assert verdict(one, LAST).action_needed == (late == 60)
