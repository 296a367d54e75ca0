"""Parquet files glued together hold the rows of their pieces, for every reader."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.publish.compact import Reader, struct_bytes
from ptml.publish.glued import Glued
from ptml.publish.pieces import encoded

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("x", pa.float64()),
        ("n", pa.int32()),
        ("is_on", pa.bool_()),
        ("day", pa.date32()),
    ]
)


def rows(first: int, n: int) -> pa.Table:
    k = range(first, first + n)
    columns = [
        [f"e{i}" for i in k],
        [None if i % 3 == 0 else i / 7 for i in k],
        [i % 4 for i in k],
        [i % 2 == 0 for i in k],
        [date(2026, 1, 1 + i % 28) for i in k],
    ]
    return pa.table(
        [pa.array(c, field.type) for c, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


def glued(path: Path, pieces: list[pa.Table]) -> Path:
    file = Glued(path)
    for piece in pieces:
        assert file.append(encoded(piece)) == len(piece)
    file.finish()
    return path


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.integers(0, 40), min_size=1, max_size=20))
def test_every_reader_finds_all_rows_in_their_order(
    sizes: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("glued") / "t.parquet"
    starts = [sum(sizes[:k]) for k in range(len(sizes))]
    pieces = [rows(first, n) for first, n in zip(starts, sizes, strict=True)]
    whole = pa.concat_tables(pieces)
    glued(path, pieces)
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        assert file.read().equals(whole)
        assert file.metadata.num_rows == len(whole)
    assert pl.read_parquet(path).equals(pl.DataFrame(whole))
    with duckdb.connect() as connection:
        found = connection.execute(f"FROM '{path}'").fetchall()
    assert found == [tuple(row.values()) for row in whole.to_pylist()]


def test_a_part_of_the_rows_is_found_by_what_the_footer_says(tmp_path: Path) -> None:
    path = glued(tmp_path / "t.parquet", [rows(0, 50), rows(50, 50), rows(100, 50)])
    with pq.ParquetFile(path) as file:
        assert file.num_row_groups == 3
        assert file.read_row_group(1).equals(rows(50, 50))
        told = file.metadata.row_group(2).column(1).statistics
        assert (told.min, told.max) == (100 / 7, 149 / 7)
    few = pq.read_table(path, filters=[("x", ">", 148 / 7)], columns=["id"])
    assert few["id"].to_pylist() == ["e149"]
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT n FROM '{path}' WHERE id = 'e77'").fetchall()
    assert found == [(77 % 4,)]


def test_the_same_pieces_give_the_same_bytes_and_a_flipped_bit_is_seen(tmp_path: Path) -> None:
    one, two = (glued(tmp_path / name, [rows(0, 500), rows(500, 500)]) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    harmed = bytearray(one.read_bytes())
    with pq.ParquetFile(one) as file:
        chunk = file.metadata.row_group(1).column(1)
        # The last bytes of a column are values, not the head of a page.
        harmed[chunk.data_page_offset + chunk.total_compressed_size - 5] ^= 1
    two.write_bytes(bytes(harmed))
    with (
        pytest.raises(OSError, match="CRC"),
        pq.ParquetFile(two, page_checksum_verification=True) as f,
    ):
        f.read()


def test_pieces_with_other_columns_are_refused(tmp_path: Path) -> None:
    file = Glued(tmp_path / "t.parquet")
    file.append(encoded(rows(0, 3)))
    with pytest.raises(ValueError, match="other columns"):
        file.append(encoded(rows(0, 3).drop_columns(["n"])))
    file.close()


def test_a_footer_is_read_and_written_as_it_was(tmp_path: Path) -> None:
    piece = encoded(rows(0, 100))
    footer = piece[-8 - int.from_bytes(piece[-8:-4], "little") : -8]
    assert struct_bytes(Reader(footer).struct()) == footer
