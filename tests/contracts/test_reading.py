"""Raw values of every source type, read as the contract's types."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.contracts.reading import raw_text, read_values


def _read(values: list[Any], wanted: pl.DataType, kind: pl.DataType | None = None) -> list[Any]:
    frame = pl.DataFrame({"x": pl.Series(values, dtype=kind)})
    return frame.with_columns(read_values("x", frame.schema["x"], wanted).alias("x"))["x"].to_list()


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3.0), ("-0.5", -0.5), ("1e3", 1000.0), ("", None), ("1,5", None), ("three", None)],
)
def test_numbers_in_text(text: str, number: float | None) -> None:
    assert _read([text], pl.Float64()) == [number]


def test_whole_numbers_may_carry_a_zero_after_the_point_but_no_fraction() -> None:
    found = _read(["3", "3.0", "3.5", "2147483648", "NaN"], pl.Int32())
    assert found == [3, 3, None, None, None]


def test_whole_numbers_from_floats_with_gaps() -> None:
    assert _read([3.0, None, 3.5], pl.Int32()) == [3, None, None]


@pytest.mark.parametrize("text", ["true", "TRUE", "True"])
def test_true_in_any_case(text: str) -> None:
    assert _read([text, "FALSE", "yes"], pl.Boolean()) == [True, False, None]


def test_numbers_are_no_booleans() -> None:
    assert _read([1, 0], pl.Boolean()) == [None, None]


@pytest.mark.parametrize(
    "text", ["2024-1-5", "05.01.2024", "20240105", "2024-01-05 00:00", " 2024-01-05", "2024-13-01"]
)
def test_only_iso_dates_are_dates(text: str) -> None:
    assert _read([text], pl.Date()) == [None]


@given(st.dates(min_value=date(1, 1, 1)))
def test_every_iso_date_is_read(day: date) -> None:
    assert _read([day.isoformat()], pl.Date()) == [day]


def test_a_midnight_is_a_day_and_a_moment_is_not() -> None:
    found = _read([datetime(2024, 1, 5), datetime(2024, 1, 5, 9)], pl.Date())  # noqa: DTZ001
    assert found == [date(2024, 1, 5), None]


def test_keys_may_come_as_numbers() -> None:
    assert _read([7, None], pl.String()) == ["7", None]
    assert _read([7.0, None, 7.5], pl.String()) == ["7", None, None]


def test_categories_are_text() -> None:
    assert _read(["self", None], pl.String(), pl.Categorical()) == ["self", None]


def test_decimals_are_numbers() -> None:
    assert _read([Decimal("1.50")], pl.Float64()) == [1.5]


@pytest.mark.parametrize("wanted", [pl.String(), pl.Date(), pl.Float64(), pl.Int32(), pl.Boolean()])
@pytest.mark.parametrize("kind", [pl.List(pl.Int64()), pl.Binary(), pl.Struct({"a": pl.Int64()})])
def test_what_has_no_reading_is_unreadable_and_still_shown(
    wanted: pl.DataType, kind: pl.DataType
) -> None:
    values: dict[type, Any] = {pl.List: [1, 2], pl.Binary: b"\xff", pl.Struct: {"a": 1}}
    frame = pl.DataFrame({"x": pl.Series([values[type(kind)]], dtype=kind)})
    assert frame.select(read_values("x", kind, wanted)).to_series().to_list() == [None]
    assert frame.select(raw_text("x", kind)).to_series()[0] is not None


def test_empty_text_is_missing() -> None:
    assert _read(["", None], pl.String()) == [None, None]
