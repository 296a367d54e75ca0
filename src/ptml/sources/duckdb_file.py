"""A DuckDB file with the contract's tables or views in its main schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import RawSource, RawTable
from ptml.errors import DataError, TryAgainError

_BATCH_ROWS = 131_072
_READER_MEMORY = "512MB"
# What Arrow has a plain type for; anything else is read as its text.
_PLAIN_TYPES = {
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    *("UBIGINT", "FLOAT", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS"),
    *("TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"),
}


@contextmanager
def duckdb_source(path: Path) -> Iterator[RawSource]:
    """Open a DuckDB file for reading only.

    Raises
    ------
    DataError
        When it is no DuckDB file, or has no table of the contract.
    TryAgainError
        When another process has it open for writing.
    """
    connection = _connect(path)
    try:
        tables = {
            name: _table(connection, name, columns, path)
            for name, columns in _columns(connection).items()
        }
        if not tables:
            raise DataError(f"{path} has no table of the contract in its main schema")
        yield RawSource(str(path), tables)
    finally:
        connection.close()


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(path, read_only=True, config={"memory_limit": _READER_MEMORY})
    except duckdb.Error as error:
        if "lock" in str(error):
            raise TryAgainError(f"{path} is open for writing elsewhere; close it there") from error
        raise DataError(f"{path} cannot be read as a DuckDB file: {_first_line(error)}") from error


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    rows = connection.execute(
        """SELECT table_name, column_name, data_type FROM duckdb_columns()
        WHERE database_name = current_database() AND schema_name = 'main'
        ORDER BY table_name, column_index"""
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        if table in INPUT_TABLES:
            found.setdefault(table, {})[column] = kind
    return found


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, kinds: dict[str, str], path: Path
) -> RawTable:
    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        values = ", ".join(_value(column, kinds[column]) for column in wanted)
        try:
            rows = connection.sql(f"SELECT {values} FROM main.{name}")
            yield from rows.to_arrow_reader(_BATCH_ROWS)
        except (duckdb.Error, pa.ArrowInvalid, OSError) as error:
            raise DataError(f"{name} in {path} cannot be read: {_first_line(error)}") from error

    return RawTable(tuple(kinds), batches, f"table {name}")


def _value(column: str, kind: str) -> str:
    if kind in _PLAIN_TYPES:
        return f'"{column}"'
    if kind.startswith("DECIMAL") or kind == "HUGEINT":
        return f'CAST("{column}" AS DOUBLE) AS "{column}"'
    return f'CAST("{column}" AS VARCHAR) AS "{column}"'


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
