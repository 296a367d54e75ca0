"""One SHA-256 over the checked rows, whatever form and order they came in."""

import hashlib
from collections.abc import Iterable, Mapping

import duckdb

from ptml.contracts.inputs import PROTECTED_PREFIX

_LOWER_HALF = 2**64 - 1


def fingerprint_of(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Iterable[str]]
) -> str:
    """Hash the checked tables.

    Each row is hashed (MD5 over its values as text), both halves of the hashes of a table are added
    up, so that neither order nor batches matter, and the sums go into one SHA-256 with the names
    and the counts. Protected columns are left out: a model that never saw them does not depend on
    them.

    Parameters
    ----------
    columns : mapping of table to names
        What to hash of each table.
    """
    total = hashlib.sha256()
    for table in sorted(columns):
        names = sorted(name for name in columns[table] if not name.startswith(PROTECTED_PREFIX))
        values = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in names)
        sums = connection.execute(
            f"""SELECT count(*), sum((hashed & {_LOWER_HALF}::UHUGEINT)::HUGEINT),
                sum((hashed >> 64)::HUGEINT)
            FROM (SELECT md5_number(concat_ws(chr(31), {values})) AS hashed FROM {table})"""
        ).fetchall()
        total.update(repr((table, names, sums)).encode())
    return total.hexdigest()
