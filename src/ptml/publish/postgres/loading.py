"""Rows into a table of the server, as PostgreSQL's own binary ones."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from psycopg import sql

from ptml.errors import DataError
from ptml.sources.postgres_connection import Connection

# There is no wheel of it for every machine: text then, at less than half the speed.
CAN_ENCODE = find_spec("pgpq") is not None

_BATCH_ROWS = 16_384
# Rows of a table that is made in the same transaction need no second look later: seen by all who
# find the table, and nobody finds it before the commit.
_COPY = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT {}, FREEZE)")
_CSV = pa_csv.WriteOptions(include_header=False)


def load(
    connection: Connection,
    path: Path,
    table: str,
    binary: bool = CAN_ENCODE,
) -> int:
    """Copy a file, in memory of a batch of rows; give the number of rows that the server took.

    Parameters
    ----------
    table : str
        Made in the transaction that is open.
    binary : bool
        Whether rows go as the server keeps them, or as text.

    Raises
    ------
    psycopg.Error
        As the server said it.
    DataError
        When the server took another number of rows than the file holds, or the file is damaged.
    """
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        taken = send(connection, _batches(file, path), file.schema_arrow, table, binary)
        if taken != file.metadata.num_rows:
            raise DataError(
                f"the server took {taken:,} rows of {path.name}, which holds"
                f" {file.metadata.num_rows:,}; the last published run is untouched"
            )
        return taken


def send(
    connection: Connection,
    batches: Iterator[pa.RecordBatch],
    schema: pa.Schema,
    table: str,
    binary: bool = CAN_ENCODE,
) -> int:
    """Copy rows into a table that was made in the open transaction; give how many were taken.

    Raises
    ------
    psycopg.Error
        As the server said it.
    """
    columns = sql.SQL(", ").join(map(sql.Identifier, schema.names))
    form = sql.SQL("binary" if binary else "csv")
    encoded = _binary_rows(batches, schema) if binary else _csv_rows(batches)
    with connection.cursor() as cursor:
        with cursor.copy(_COPY.format(sql.Identifier(table), columns, form)) as copy:
            for piece in encoded:
                copy.write(piece)
        return cursor.rowcount


def _binary_rows(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[bytes]:
    from pgpq import ArrowToPostgresBinaryEncoder

    encoder = ArrowToPostgresBinaryEncoder(schema)
    yield encoder.write_header()
    for batch in batches:
        yield encoder.write_batch(batch)
    yield encoder.finish()


def _csv_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    for batch in batches:
        sink = pa.BufferOutputStream()
        pa_csv.write_csv(batch, sink, _CSV)
        yield sink.getvalue().to_pybytes()


def _batches(file: pq.ParquetFile, path: Path) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(_BATCH_ROWS, use_threads=False)
    except OSError as error:
        raise DataError(f"{path} is damaged ({error}); score again") from error
