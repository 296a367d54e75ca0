"""Every file is opened as what it is: a name that is packed, coded or freed is found."""

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ptml.traces import Needle, look_at

NAME = "E0000017"
NEEDLE = Needle(frozenset({NAME}))
TABLE = pa.table({"employee_id": ["E0000016", NAME], "x": [1.0, 2.0]})


def _parquet(path: Path) -> None:
    pq.write_table(TABLE, path, compression="zstd")


def _footer(path: Path) -> None:
    pq.write_table(TABLE.replace_schema_metadata({"by": f"asked for {NAME}"}).slice(0, 1), path)


def _arrow(path: Path) -> None:
    with pa.ipc.new_file(
        path, TABLE.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")
    ) as f:
        f.write_table(TABLE)


def _unused_dictionary(path: Path) -> None:
    coded = pa.DictionaryArray.from_arrays([0], ["E0000016", NAME])
    batch = pa.record_batch({"employee_id": coded})
    with pa.ipc.new_file(path, batch.schema) as file:
        file.write_batch(batch)


def _duckdb(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE t AS SELECT {'who': [$who]} AS nested", {"who": NAME})


def _npz(path: Path) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, ids=np.array(["E0000016", NAME]))


def _gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(f"<td>{NAME}</td>".encode()))


def _zip_in_zip(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}.txt", "nothing")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner.getvalue())


def _freed_page(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE t (a TEXT)")
    connection.execute("INSERT INTO t VALUES (?)", (f"about {NAME} " * 200,))
    connection.commit()
    connection.execute("DELETE FROM t")
    connection.commit()
    connection.close()


def _sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a BLOB)")
    connection.execute("INSERT INTO t VALUES (?)", (f'["{NAME}"]'.encode("utf-16-le"),))
    connection.commit()
    connection.close()


def _across_blocks(path: Path) -> None:
    path.write_bytes(b" " * ((1 << 22) - 4) + NAME.encode() + b" " * 10)


@pytest.mark.parametrize(
    "write",
    [
        *(_parquet, _footer, _arrow, _unused_dictionary, _duckdb, _npz, _gzip, _zip_in_zip),
        *(_freed_page, _sqlite, _across_blocks),
    ],
)
def test_a_name_is_found(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "file")
    look = look_at([tmp_path], NEEDLE)
    assert {trace.path.partition("!")[0] for trace in look.traces} == {str(tmp_path / "file")}
    assert look.unread == ()
    assert look_at([tmp_path], Needle(frozenset({"E0000018"}))).traces == ()


def test_names_of_files_and_hidden_files_and_links_count(tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x").write_text(NAME)
    (tmp_path / f"{NAME}.html").write_text("")
    (tmp_path / "link").symlink_to("nowhere")
    look = look_at([tmp_path], NEEDLE)
    assert [trace.where for trace in look.traces] == ["text", "name"]
    assert look.looked_at == 3


def test_a_broken_file_is_looked_at_byte_by_byte_and_said(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"PAR1 " + NAME.encode())
    look = look_at([tmp_path], NEEDLE)
    assert look.unread == (str(tmp_path / "broken"),)
    assert [trace.where for trace in look.traces] == ["raw bytes"]


def test_the_end_of_a_value_that_may_be_cut_is_no_whole_id_though_its_column_is(
    tmp_path: Path,
) -> None:
    # parquet-rs keeps 64 bytes of a least or greatest value: 12345 may end there as 1234.
    text = '{"least":"' + "a" * 48 + "-E1234"
    assert len(text) == 64
    pq.write_table(pa.table({"note": [text]}), tmp_path / "cut.parquet", use_dictionary=False)
    found = look_at([tmp_path], Needle(frozenset({"E1234"}))).traces
    assert "least and greatest of note" not in {trace.where for trace in found}
    assert "column note" in {trace.where for trace in found}
