"""The hash of a row: every value counts, and neither its neighbours nor its batch do."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptml.contracts.row_hash import RowSums, row_hashes

_TEXTS = st.none() | st.text(max_size=40)
_ROWS = st.lists(
    st.tuples(
        _TEXTS,
        st.none() | st.dates(),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.integers(-(2**31), 2**31 - 1),
        st.none() | st.booleans(),
        _TEXTS,
    ),
    max_size=9,
)
_KINDS = (pa.string(), pa.date32(), pa.float64(), pa.int32(), pa.bool_(), pa.string())


def _batch(rows: list[tuple[object, ...]]) -> pa.RecordBatch:
    columns = [
        pa.array([row[k] for row in rows], kind) for k, kind in enumerate(_KINDS)
    ]  # fmt: skip
    return pa.record_batch(columns, names=[f"c{k}" for k in range(len(_KINDS))])


@given(_ROWS, st.integers(0, 30), st.integers(0, 30))
def test_a_row_s_hash_does_not_depend_on_its_neighbours(
    rows: list[tuple[object, ...]], first: int, length: int
) -> None:
    batch = _batch(rows)
    part = batch.slice(min(first, len(rows)), length)
    assert row_hashes(part).tolist() == row_hashes(batch).tolist()[first : first + length]


@given(_ROWS, st.randoms(use_true_random=False))
def test_parts_in_any_order_add_up_to_the_whole(
    rows: list[tuple[object, ...]], random: np.random.Generator
) -> None:
    whole = RowSums.of(_batch(rows))
    random.shuffle(rows)
    half = len(rows) // 2
    assert RowSums.of(_batch(rows[:half])) + RowSums.of(_batch(rows[half:])) == whole


@given(_ROWS.filter(bool), st.integers(0, 5), st.data())
def test_one_changed_value_changes_the_hash(
    rows: list[tuple[object, ...]], column: int, data: st.DataObject
) -> None:
    other = data.draw(_ROWS.filter(bool))[0][column]
    changed = [*rows[0][:column], other, *rows[0][column + 1 :]]
    is_same = (other or "") == (rows[0][column] or "") if column in (0, 5) else None
    before, after = row_hashes(_batch([rows[0], tuple(changed)])).tolist()
    same = is_same if is_same is not None else other == rows[0][column]
    assert (before == after) == same


def test_text_does_not_slip_into_the_next_column() -> None:
    def hashed(first: str, second: str) -> list[int]:
        batch = pa.record_batch([pa.array([first]), pa.array([second])], names=["a", "b"])
        found: list[int] = row_hashes(batch).tolist()
        return found

    assert (
        len({*hashed("ab", "c"), *hashed("a", "bc"), *hashed("abc", ""), *hashed("", "abc")}) == 4
    )


@pytest.mark.parametrize(
    ("kind", "values"), [(pa.float64(), [0.0, -0.0]), (pa.string(), ["", None])]
)
def test_values_that_are_the_same_hash_the_same(kind: pa.DataType, values: list[object]) -> None:
    assert len(set(row_hashes(pa.record_batch([pa.array(values, kind)], names=["a"])))) == 1


def test_the_hash_stays_the_same_for_ever() -> None:
    rows: list[tuple[object, ...]] = [
        ("E0000001", date(2024, 3, 1), 62.5, 3, True, "N00-E0000001-C129"),
        (None, None, None, None, None, None),
    ]
    assert row_hashes(_batch(rows)).tolist() == [5110499076085996182, 1112407812732166236]
