"""A schema of a PostgreSQL database, read in one consistent snapshot."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import RawSource, RawTable
from ptml.errors import DataError, TryAgainError
from ptml.sources.postgres_address import PostgresAddress

POSTGRES_PREFIXES = ("postgresql://", "postgres://")
_BLOCK_BYTES = 1 << 22
# What a server says of an address that will be as wrong the next time.
_LASTING = ("does not exist", "authentication failed", "no password supplied", "resolve host")

Connection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def postgres_source(address: str) -> Iterator[RawSource]:
    """Open a schema; every table is read from the one snapshot of the first look at it.

    Parameters
    ----------
    address : str
        ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=SCHEMA``; schema ``public`` when left
        out. Its password is in no message.

    Raises
    ------
    DataError
        For a wrong address, user, password, database or schema.
    TryAgainError
        When no server answers, or it goes away.
    """
    place = PostgresAddress.parse(address)
    connection = _connect(place)
    try:
        columns = _columns(connection, place)
        tables = {name: _table(connection, place, name, columns[name]) for name in columns}
        yield RawSource(place.shown, tables)
    finally:
        connection.close()


def _connect(place: PostgresAddress) -> Connection:
    try:
        connection = psycopg.connect(**place.parameters)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        said = _said(error, place)
        kind = DataError if any(words in said for words in _LASTING) else TryAgainError
        raise kind(f"{place.shown} cannot be reached: {said}") from None
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    # Dates as the contract has them; and rows in their stored order, the same each time.
    connection.execute("SET LOCAL datestyle = 'ISO'")
    connection.execute("SET LOCAL synchronize_seqscans = off")
    return connection


def _columns(connection: Connection, place: PostgresAddress) -> dict[str, dict[str, str]]:
    known = connection.execute(
        "SELECT 1 FROM pg_namespace WHERE nspname = %s", [place.schema]
    ).fetchone()
    if known is None:
        raise DataError(f"{place.shown} has no schema {place.schema}")
    rows = connection.execute(
        """SELECT relname, attname, typname FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            JOIN pg_type ON pg_type.oid = atttypid
        WHERE nspname = %s AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname = ANY(%s)
            AND attnum > 0 AND NOT attisdropped
        ORDER BY relname, attnum""",
        [place.schema, list(INPUT_TABLES)],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    if not found:
        raise DataError(f"{place.shown} has no table of the contract in schema {place.schema}")
    return found


def _table(
    connection: Connection, place: PostgresAddress, name: str, kinds: dict[str, str]
) -> RawTable:
    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        values = sql.SQL(", ").join(_value(column, kinds[column]) for column in wanted)
        table = sql.Identifier(place.schema, name)
        query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')")
        try:
            with (
                connection.transaction(),
                connection.cursor() as cursor,
                cursor.copy(query.format(values, table)) as copy,
            ):
                yield from _batches(copy, wanted)
        except psycopg.OperationalError as error:
            raise TryAgainError(f"{place.shown} went away: {_said(error, place)}") from None
        except (psycopg.Error, pa.ArrowInvalid) as error:
            raise DataError(f"table {name} cannot be read: {_said(error, place)}") from None

    return RawTable(tuple(kinds), batches, f"table {name}")


def _value(column: str, kind: str) -> sql.Composable:
    value = sql.Identifier(column)
    if kind in ("timestamp", "timestamptz"):
        # A day is a day, even where it is stored as its midnight.
        day = "CASE WHEN {0} = {0}::date THEN {0}::date::text ELSE {0}::text END"
        return sql.SQL(day).format(value)
    return sql.SQL("{}::text").format(value)


def _batches(copy: psycopg.Copy, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    stream = _CopyStream(copy)
    if not stream.has_rows():
        return
    options = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    with pa_csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=pa_csv.ReadOptions(
            use_threads=False, block_size=_BLOCK_BYTES, column_names=list(wanted)
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


def _said(error: Exception, place: PostgresAddress) -> str:
    first = str(error).partition("\n")[0]
    secret = place.parameters.get("password")
    return first.replace(secret, "***") if secret else first
