"""One SHA-256 over the checked rows, whatever form and order they came in."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import duckdb

from ptml.contracts.inputs import PROTECTED_PREFIX
from ptml.contracts.row_hash import RowSums

# Which definition a fingerprint follows. Two of different definitions say nothing about the data.
DEFINITION = "2"
# A batch's hashes stay in the processor's cache.
_BATCH_ROWS = 32_768


def fingerprint_of(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Iterable[str]]
) -> str:
    """Hash the checked tables: ``2-`` and a SHA-256 in hex.

    Each row is hashed (`ptml.contracts.row_hash`), the hashes of a table are added up, so that
    neither order nor batches matter, and the sums go into one SHA-256 with the names and the
    counts. Protected columns are left out: a model that never saw them does not depend on them.

    Parameters
    ----------
    columns : mapping of table to names
        What to hash of each table.
    """
    return sealed(columns, {table: table_sums(connection, table, columns) for table in columns})


def table_sums(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, Iterable[str]]
) -> RowSums:
    """Add up the hashes of a table's rows; the sums of its parts are added up to those of it."""
    found = connection.sql(f"SELECT {', '.join(hashed_columns(columns[table]))} FROM {table}")
    sums = RowSums()
    for batch in found.to_arrow_reader(_BATCH_ROWS):
        sums += RowSums.of(batch)
    return sums


def sealed(columns: Mapping[str, Iterable[str]], tables: Mapping[str, RowSums]) -> str:
    """Put the sums of all tables under one SHA-256, with names and counts."""
    total = hashlib.sha256(DEFINITION.encode())
    for table in sorted(columns):
        names, sums = hashed_columns(columns[table]), tables[table]
        total.update(repr((table, names, sums.n_rows, sums.first, sums.second)).encode())
    return f"{DEFINITION}-{total.hexdigest()}"


def hashed_columns(names: Iterable[str]) -> Sequence[str]:
    """The columns of a table that are hashed, in their order."""
    return sorted(name for name in names if not name.startswith(PROTECTED_PREFIX))
