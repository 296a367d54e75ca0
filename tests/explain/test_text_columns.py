"""Text put side by side by compiled loops: what Arrow's own join gives, byte by byte."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.explain import text_columns
from ptml.explain.text_columns import listed, side_by_side

_COLUMNS = st.integers(1, 4).flatmap(
    lambda n: st.lists(
        st.lists(st.none() | st.text(max_size=9), min_size=n, max_size=n), min_size=1, max_size=4
    )
)


@settings(max_examples=30, deadline=None)
@given(_COLUMNS)
def test_rows_are_those_of_arrow(columns: list[list[str | None]]) -> None:
    n, arrays = len(columns[0]), [pa.array(column, pa.string()) for column in columns]
    found = side_by_side(["é<", *arrays, ">"], n)
    found.validate(full=True)
    assert found.equals(pc.binary_join_element_wise("é<", *arrays, ">", ""))
    items = [[text for text in row if text is not None] for row in zip(*columns, strict=True)]
    assert listed(arrays, n).to_pylist() == ["[" + ", ".join(row) + "]" for row in items]


def test_a_part_of_a_column_is_that_part() -> None:
    part = pa.array(["a", "bc", None, "d"]).slice(1, 2)
    assert side_by_side([part, "!"], 2).to_pylist() == ["bc!", None]
    assert listed([part, part.cast(pa.large_string())], 2).to_pylist() == ["[bc, bc]", "[]"]


def test_texts_of_some_rows_stand_in_those() -> None:
    some = (pa.array(["2", "0", None]), np.array([2, 0, 1]))
    assert listed([some, pa.array(["x", None, "y"])], 3).to_pylist() == ["[0, x]", "[]", "[2, y]"]


def test_no_rows_and_no_columns() -> None:
    assert side_by_side(["a", pa.array([], pa.string())], 0).to_pylist() == []
    assert listed([], 2).to_pylist() == ["[]", "[]"]


def test_what_plain_texts_cannot_hold_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_columns, "_MOST", 3)
    found = side_by_side([pa.array(["ab", "cd"]), ""], 2)
    assert found.type == pa.large_string()
    assert side_by_side([found, found], 2).to_pylist() == ["abab", "cdcd"]
