import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ptml.decide.cell_sums import CellSums

ROWS = pa.table(
    {
        "unit": [2, 1, 2, 1, 2],
        "people": [1, 1, 1, 1, 1],
        "holder": pa.array(["b", None, "a", None, None], pa.string()),
    }
)


def _sums(*pieces: pa.Table) -> pa.Table:
    sums = CellSums(("unit",), ("people",), ("holder",))
    for piece in pieces:
        sums.add(piece)
    return sums.table


def test_cells_are_added_up_and_the_first_name_is_kept() -> None:
    found = _sums(ROWS).to_pydict()
    assert found == {"unit": [1, 2], "people": [2, 3], "holder": [None, "a"]}


def test_however_rows_are_cut_the_sums_are_the_same() -> None:
    halves = _sums(ROWS.slice(3), ROWS.slice(0, 3))
    again = _sums(_sums(ROWS.slice(0, 1)), _sums(ROWS.slice(1)))
    assert halves.equals(_sums(ROWS))
    assert again.equals(_sums(ROWS))


def test_putting_together_on_the_way_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.decide.cell_sums._MOST_WAITING", 1)
    one_by_one = _sums(*(ROWS.slice(k, 1) for k in range(len(ROWS))), ROWS)
    assert one_by_one.equals(_sums(ROWS, ROWS))


def test_cells_of_several_keys_are_those_of_a_table_grouped_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ptml.decide.cell_sums._MOST_WAITING", 40)
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "month": rng.integers(-3, 3, 500),
            "group": rng.integers(0, 9, 500),
            "people": rng.integers(-5, 9, 500),
            "holder": rng.choice(np.array(["é", "z", "B", "a", None], dtype=object), 500),
        }
    )
    sums = CellSums(("month", "group"), ("people",), ("holder",))
    for start in range(0, 500, 25):
        sums.add(pa.Table.from_pandas(rows[start : start + 25], preserve_index=False))
    found = sums.table.to_pandas()
    by_cell = rows.groupby(["month", "group"])
    assert found["people"].tolist() == by_cell["people"].sum().tolist()
    names = [sorted(of.dropna()) for _, of in by_cell["holder"]]
    assert found["holder"].tolist() == [of[0] if of else None for of in names]


def test_a_table_that_was_given_stays_as_it_was() -> None:
    sums = CellSums(("unit",), ("people",), ("holder",))
    sums.add(ROWS)
    before = sums.table
    sums.add(ROWS)
    assert before["people"].to_pylist() == [2, 3]
    assert sums.table["people"].to_pylist() == [4, 6]


def test_nothing_added_is_a_table_without_rows() -> None:
    assert _sums().num_rows == 0
