"""What a PostgreSQL server copies out, as Arrow batches of bounded size."""

import io
from collections.abc import Iterator

import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql

from ptml.sources.postgres_connection import Connection

_BLOCK_BYTES = 1 << 22
_COPY = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')")


def copied(
    connection: Connection, query: sql.Composable, schema: pa.Schema, empty_is_missing: bool
) -> Iterator[pa.RecordBatch]:
    """Give the rows of a query.

    Parameters
    ----------
    schema : pyarrow.Schema
        Names and types of the columns; whole numbers, floats, truth values, ISO dates, ISO times
        with their zone, and text.
    empty_is_missing : bool
        Whether an empty text is a missing one.
    """
    with connection.cursor() as cursor, cursor.copy(_COPY.format(query)) as copy:
        stream = _CopyStream(copy)
        if stream.has_rows():
            yield from _batches(stream, schema, empty_is_missing)


def _batches(
    stream: "_CopyStream", schema: pa.Schema, empty_is_missing: bool
) -> Iterator[pa.RecordBatch]:
    options = pa_csv.ConvertOptions(
        column_types=schema,
        strings_can_be_null=True,
        quoted_strings_can_be_null=empty_is_missing,
        null_values=[""],
        true_values=["t"],
        false_values=["f"],
    )
    with pa_csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=pa_csv.ReadOptions(
            use_threads=False, block_size=_BLOCK_BYTES, column_names=schema.names
        ),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=options,
    ) as reader:
        yield from reader


class _CopyStream(io.RawIOBase):
    """The bytes of a COPY as a file that can be read once."""

    def __init__(self, copy: psycopg.Copy) -> None:
        super().__init__()
        self._copy = copy
        self._rest = bytes(copy.read())

    def has_rows(self) -> bool:
        """Tell whether anything came at all."""
        return bool(self._rest)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, n_bytes = [self._rest], len(self._rest)
        while (size < 0 or n_bytes < size) and (chunk := self._copy.read()):
            parts.append(bytes(chunk))
            n_bytes += len(chunk)
        data = b"".join(parts)
        end = n_bytes if size < 0 else size
        self._rest = data[end:]
        return data[:end]
