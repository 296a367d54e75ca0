"""One sort of one number gives the order of a sort by all columns."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ptml.features.days import NEVER
from ptml.features.ordering import order_by, packed

_DAYS = st.integers(-800_000, 3_000_000) | st.integers(19_000, 19_010) | st.just(int(NEVER))
_ROWS = st.lists(st.tuples(st.integers(0, 3), _DAYS, _DAYS, st.integers(-1, 2)), max_size=40)
_VALUES = st.sampled_from([0.5, 1.0, np.nan])


def _columns(rows: list[tuple[int, ...]]) -> list[np.ndarray]:
    return [np.array([row[k] for row in rows], dtype=np.int32) for k in range(4)]


@given(_ROWS)
def test_rows_are_sorted_by_every_column_and_ties_keep_their_order(
    rows: list[tuple[int, ...]],
) -> None:
    expected = sorted(range(len(rows)), key=lambda k: (rows[k], k))
    assert order_by(*_columns(rows)).tolist() == expected


@given(_ROWS, st.data())
def test_a_number_decides_where_all_else_agrees_and_nan_comes_last(
    rows: list[tuple[int, ...]], data: st.DataObject
) -> None:
    values = np.array([data.draw(_VALUES) for _ in rows])
    expected = sorted(
        range(len(rows)),
        key=lambda k: (rows[k], bool(np.isnan(values[k])), 0 if np.isnan(values[k]) else values[k]),
    )
    assert order_by(*_columns(rows), last=values).tolist() == expected


def test_columns_too_wide_for_one_number_are_sorted_all_the_same() -> None:
    wide = np.array([2**31 - 2, -(2**31), 0, 0], dtype=np.int32)
    last = np.array([0, 0, 1, -1], dtype=np.int32)
    assert packed(wide, wide, last) is None
    assert order_by(wide, wide, last).tolist() == [1, 3, 2, 0]
