import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.report.wording import (
    count,
    date,
    figure,
    in_words,
    known,
    number,
    parsed_list,
    percent,
    plural,
    points,
    span,
)


@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, pd.NA, pd.NaT, np.inf, "text"])
def test_what_is_not_a_number_reads_as_unknown(nothing: object) -> None:
    assert number(nothing) is None
    assert {points(nothing), percent(nothing), count(nothing)} == {"unknown"}


@given(st.floats(-1e6, 1e6))
def test_points_carry_a_sign_exactly_where_one_decimal_shows_one(value: float) -> None:
    said = points(value)
    assert said[0] == ("+" if round(value, 1) > 0 else "\u2212" if round(value, 1) < 0 else "0")
    assert len(said.rsplit(".", maxsplit=1)[1]) == 1


@given(st.floats(1e-9, 1 - 1e-9))
def test_a_share_that_is_not_nothing_never_reads_as_none_or_all(share: float) -> None:
    assert not percent(share).startswith(("0", "100"))


def test_the_side_of_zero_of_an_intervals_end_outlives_rounding() -> None:
    assert span(-4.2, -0.02) == "\u22124.2 to \u22120.02"
    assert span(0.04, 1.0) == "+0.04 to +1.0"
    assert span(None, 1.0) == ""


def test_a_narrow_interval_earns_a_third_decimal() -> None:
    assert figure(0.1534, 0.149, 0.158) == "0.153"
    assert figure(0.1534, 0.10, 0.20) == "0.15"
    assert figure(0.1534) == "0.15"


def test_names_dates_and_counts_read_as_prose() -> None:
    assert in_words("auc_rule/day_30") == "auc rule, day 30"
    assert date(pd.Timestamp("2026-03-09")) == "9 March 2026"
    assert date(None) == "unknown"
    assert date("soon") == "soon"
    assert plural(1, "person", "people") == "1 person"
    assert not known(pd.NA)


@pytest.mark.parametrize("cell", [None, "", "{", '{"a": 1}', 3, float("nan")])
def test_a_cell_that_is_no_json_list_has_no_items(cell: object) -> None:
    assert parsed_list(cell) == []
