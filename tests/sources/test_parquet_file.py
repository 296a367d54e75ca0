"""Parquet files, whole and in parts."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ptml.errors import DataError
from ptml.sources.parquet_file import parquet_table


def _write(path: Path, **columns: list[object]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_only_wanted_columns_are_read_in_order(tmp_path: Path) -> None:
    path = _write(tmp_path / "courses.parquet", course_id=["b", "a"], colour=["red", "blue"])
    table = parquet_table(path)
    assert table.columns == ("course_id", "colour")
    [batch] = table.batches(("course_id",))
    assert batch.to_pydict() == {"course_id": ["b", "a"]}


def test_a_folder_of_parts_is_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "courses.parquet"
    folder.mkdir()
    _write(folder / "part-1.parquet", course_id=["c"])
    _write(folder / "part-0.parquet", course_id=["a", "b"])
    (folder / "_SUCCESS").touch()
    rows = [
        row["course_id"]
        for b in parquet_table(folder).batches(("course_id",))
        for row in b.to_pylist()
    ]
    assert rows == ["a", "b", "c"]


def test_parts_with_other_columns_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "courses.parquet"
    folder.mkdir()
    _write(folder / "part-0.parquet", course_id=["a"])
    _write(folder / "part-1.parquet", course_id=[1])
    with pytest.raises(DataError, match=r"part-1\.parquet has other columns than part-0\.parquet"):
        parquet_table(folder)


@pytest.mark.parametrize("content", [b"course_id\nc1\n", b"PAR1 and nothing more"])
def test_no_parquet_is_said_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "courses.parquet"
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read as Parquet") as raised:
        parquet_table(path)
    assert "\n" not in str(raised.value)


def test_an_empty_file_or_folder(tmp_path: Path) -> None:
    (tmp_path / "courses.parquet").touch()
    (tmp_path / "kpis.parquet").mkdir()
    for name in ("courses", "kpis"):
        with pytest.raises(DataError, match="is empty"):
            parquet_table(tmp_path / f"{name}.parquet")


def test_a_damaged_page_is_found_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "courses.parquet"
    numbers = pa.table({"course_id": list(range(10_000))})
    pq.write_table(
        numbers, path, write_page_checksum=True, compression="none", use_dictionary=False
    )
    content = bytearray(path.read_bytes())
    content[len(content) // 4] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        list(parquet_table(path).batches(("course_id",)))
