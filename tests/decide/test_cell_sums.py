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


def test_nothing_added_is_a_table_without_rows() -> None:
    assert _sums().num_rows == 0
