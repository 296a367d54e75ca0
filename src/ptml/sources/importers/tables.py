"""Contract tables as files: typed by the contract, sorted, the same bytes for the same rows."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.inputs import INPUT_TABLES

_ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
}
_BATCH_ROWS = 20_000


def write_rows(
    folder: Path, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> int:
    """Write a table of the contract from rows by column name; give how many there were."""
    schema = pa.schema([(name, _arrow_type(table, name)) for name in columns])
    return write_table(folder, table, pa.Table.from_pylist(list(rows), schema=schema))


def write_query(connection: duckdb.DuckDBPyConnection, folder: Path, table: str, query: str) -> int:
    """Write a table of the contract from a query whose columns have the contract's names."""
    found = connection.sql(query).to_arrow_table()
    schema = pa.schema([(name, _arrow_type(table, name)) for name in found.column_names])
    return write_table(folder, table, found.cast(schema))


def write_table(folder: Path, table: str, rows: pa.Table) -> int:
    """Write rows in the contract's order."""
    names = [name for name in INPUT_TABLES[table].sorted_by if name in rows.column_names]
    rest = [name for name in rows.column_names if name not in names]
    rows = rows.sort_by([(name, "ascending") for name in (*names, *rest)])
    pq.write_table(rows, folder / f"{table}.parquet", compression="zstd", write_page_checksum=True)
    return int(rows.num_rows)


def _arrow_type(table: str, column: str) -> pa.DataType:
    # Columns beside the contract's are carried along as text.
    return _ARROW[INPUT_TABLES[table].duckdb_types.get(column, "VARCHAR")]


class Staged:
    """Rows on their way into a table of the scratch database, a batch at a time."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]
    ) -> None:
        self._connection, self._table = connection, table
        self._schema = pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])
        told = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"CREATE TABLE {table} ({told})")
        self._rows: list[tuple[Any, ...]] = []

    def add(self, row: tuple[Any, ...]) -> None:
        """Take a row, in the order of the columns."""
        self._rows.append(row)
        if len(self._rows) >= _BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Hand over what was taken."""
        if not self._rows:
            return
        columns = [
            pa.array(values, kind)
            for values, kind in zip(zip(*self._rows, strict=True), self._schema.types, strict=True)
        ]
        batch = pa.Table.from_arrays(columns, schema=self._schema)
        self._connection.register("batch", batch)
        self._connection.execute(f"INSERT INTO {self._table} SELECT * FROM batch")
        self._connection.unregister("batch")
        self._rows = []
