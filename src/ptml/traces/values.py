"""The values within a file that is a table, a database or an array."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ptml.traces.needle import Needle

Found = Iterator[tuple[str, int]]
"""Where in the file, and how often."""
_BATCH_ROWS = 100_000
_CUT_BYTES, _GOES_ON = 64, "x"


def in_parquet(source: Path | pa.BufferReader, needle: Needle) -> Found:
    """Look at text, at the least and greatest values in the footer, and at its notes."""
    with pq.ParquetFile(source) as file:
        yield "notes of the footer", _in_notes(file.schema_arrow.metadata, needle)
        yield from _in_statistics(file, needle)
        wanted = _text_columns(file.schema_arrow)
        if wanted:
            for batch in file.iter_batches(_BATCH_ROWS, columns=wanted):
                yield from _in_batch(batch, needle)


def in_arrow(source: pa.NativeFile, needle: Needle) -> Found:
    """Look at every column of text, and at dictionaries whether their values are used or not."""
    try:
        reader: Any = pa.ipc.open_file(source)
        batches = (reader.get_batch(k) for k in range(reader.num_record_batches))
    except pa.ArrowInvalid:
        source.seek(0)
        reader = pa.ipc.open_stream(source)
        batches = iter(reader)
    yield "notes of the schema", _in_notes(reader.schema.metadata, needle)
    for batch in batches:
        yield from _in_batch(batch, needle)


def in_array(raw: bytes, needle: Needle) -> Found:
    """Look at an array of text; one of numbers names nobody, and one of objects is never read."""
    values = np.load(io.BytesIO(raw), allow_pickle=False)
    if values.dtype.kind in "US":
        texts = np.unique(values).astype(str)
        yield "array", sum(text in needle.ids or needle.in_text(text) > 0 for text in texts)


def in_duckdb(path: Path, needle: Needle) -> Found:
    """Look at every column of every table that may hold text."""
    with duckdb.connect(path, read_only=True) as connection:
        for schema, table, column in connection.execute(
            """SELECT schema_name, table_name, column_name FROM duckdb_columns()
            WHERE NOT internal AND database_name = current_database()
                AND regexp_matches(data_type, 'CHAR|JSON|STRUCT|LIST|MAP|UNION|BLOB|\\[')
                AND table_name IN (SELECT table_name FROM duckdb_tables())"""
        ).fetchall():
            n = 0
            maybe = connection.sql(
                f"""SELECT CAST("{column}" AS VARCHAR) AS text FROM "{schema}"."{table}"
                WHERE regexp_matches(CAST("{column}" AS VARCHAR), ?)""",
                params=[needle.loose],
            )
            for batch in maybe.to_arrow_reader(_BATCH_ROWS):
                n += needle.cells(column, batch.column(0))
            yield f"{table}.{column}", n


def in_sqlite(path: Path, needle: Needle) -> Found:
    """Look at every value of every table."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            rows = connection.execute(f'SELECT * FROM "{table}"')
            yield table, sum(_is_named(value, needle) for row in rows for value in row)


def _is_named(value: object, needle: Needle) -> bool:
    if isinstance(value, bytes):
        return needle.in_bytes(value) > 0
    return isinstance(value, str) and needle.in_text(value) > 0


def _in_notes(notes: dict[bytes, bytes] | None, needle: Needle) -> int:
    return sum(
        needle.in_bytes(key) + needle.in_bytes(value) for key, value in (notes or {}).items()
    )


def _in_statistics(file: pq.ParquetFile, needle: Needle) -> Found:
    about = file.metadata
    for group in range(about.num_row_groups):
        for k in range(about.num_columns):
            column = about.row_group(group).column(k)
            stats = column.statistics
            if stats is None or not stats.has_min_max:
                continue
            ends = [end for end in (stats.min, stats.max) if isinstance(end, str | bytes)]
            if ends:
                texts = pa.array([_not_at_a_cut(_as_text(end)) for end in ends])
                name = column.path_in_schema
                yield f"least and greatest of {name}", needle.cells(name, texts)


def _not_at_a_cut(text: str) -> str:
    """A least or greatest value; what stands at the end of one that may be cut is no whole id.

    Writers cut them (parquet-rs at 64 bytes), so that 12345 may end as 1234. A value that does end
    there is found in its column.
    """
    return text + _GOES_ON if len(text.encode("utf-8", "replace")) >= _CUT_BYTES else text


def cut_ends(source: Path | pa.BufferReader, needle: Needle) -> Iterator[bytes]:
    """Least and greatest values of Parquet whose cut end looks like an id."""
    with pq.ParquetFile(source) as file:
        about = file.metadata
        for group in range(about.num_row_groups):
            for k in range(about.num_columns):
                stats = about.row_group(group).column(k).statistics
                if stats is None or not stats.has_min_max:
                    continue
                for end in {stats.min, stats.max}:
                    if not isinstance(end, str | bytes):
                        continue
                    text = _as_text(end)
                    if needle.in_text(text) != needle.in_text(_not_at_a_cut(text)):
                        yield text.encode("utf-8", "surrogatepass")


def _as_text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _text_columns(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if _holds_text(field.type)]


def _holds_text(kind: pa.DataType) -> bool:
    if pa.types.is_nested(kind):
        return any(_holds_text(kind.field(k).type) for k in range(kind.num_fields))
    if pa.types.is_dictionary(kind):
        return _holds_text(kind.value_type)
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    return any(test(kind) for test in (*tests, pa.types.is_large_binary, pa.types.is_string_view))


def _in_batch(batch: pa.RecordBatch, needle: Needle) -> Found:
    for field, values in zip(batch.schema, batch.columns, strict=True):
        if _holds_text(field.type):
            yield f"column {field.name}", _in_values(field.name, values, needle)


def _in_values(name: str, values: pa.Array, needle: Needle) -> int:
    if pa.types.is_dictionary(values.type):
        return _in_values(name, values.dictionary, needle)
    if pa.types.is_nested(values.type):
        return sum(needle.in_text(str(value)) > 0 for value in values.to_pylist())
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return sum(needle.in_bytes(value or b"") > 0 for value in values.to_pylist())
    return needle.cells(name, values.cast(pa.string()))
