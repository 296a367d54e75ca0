"""The past is held against its own spread: a few late rows are no rewriting."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import date_of
from ptml.monitor.events import SOURCES, Series
from ptml.monitor.features import FeatureLooks
from ptml.monitor.finding import Finding
from ptml.monitor.past import look_at_past
from ptml.monitor.profile import Profile

TRAINED = 20_000
(SOURCE,) = (s for s in SOURCES if s.name == "enrolments (completed)")
NOTHING = FeatureLooks((), np.zeros(0, np.int32), np.zeros((0, 0)), np.zeros((0, 0, 2)))


def series(values: NDArray[np.float64]) -> Series:
    n = len(values)
    zeros = np.zeros(n, np.int64)
    day = np.full(n, TRAINED - 30, np.int32)
    return Series(replace(SOURCE, measured=""), day, zeros, zeros, zeros, {"exam_score": values})


def of_mean(then: NDArray[np.float64], now: NDArray[np.float64]) -> Finding:
    profile = Profile.of([series(then)], NOTHING, TRAINED)
    found = look_at_past([series(now)], profile, date_of(TRAINED))
    (one,) = (f for f in found if isinstance(f, Finding) and "exam_score" in f.subject)
    return one


def around_zero() -> NDArray[np.float64]:
    values = np.random.default_rng(4).normal(0, 1, 400)
    return np.asarray(values - values.mean(), dtype=np.float64)


def test_a_few_late_rows_of_a_column_around_0_are_no_alarm() -> None:
    then = around_zero()
    assert not of_mean(then, np.append(then, [1.0, 2.0, 1.5])).counts


def test_another_unit_of_a_column_around_0_is_found_by_its_shift() -> None:
    then = around_zero() + 0.5
    assert of_mean(then, np.where(np.arange(len(then)) % 20 == 0, 100 * (then + 1), then)).counts


def test_a_constant_column_may_get_a_late_row_and_not_another_unit() -> None:
    then = np.full(400, 7.0)
    assert not of_mean(then, then.copy()).counts
    assert not of_mean(then, np.append(then, 9.0)).counts
    assert of_mean(then, 100 * then).counts


def test_emptied_values_are_found() -> None:
    then = around_zero()
    assert of_mean(then, np.where(np.arange(len(then)) % 10 == 0, np.nan, then)).counts
