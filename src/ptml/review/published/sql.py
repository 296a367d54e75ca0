"""Questions to a published run in SQL."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from ptml.review.published.run import Published


@contextmanager
def asked(published: Published, tables: Iterable[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which tables of a run stand by their names, in the order of their rows."""
    with duckdb.connect(":memory:") as connection:
        for table in tables:
            path = published.run.files.get(table)
            if path is None:
                connection.register(table, published.run.arrow(table))
            else:
                connection.execute(
                    f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{_quoted(str(path))}')"
                )
        yield connection


def named_rows(found: duckdb.DuckDBPyConnection, at_once: int) -> Iterator[list[dict[str, Any]]]:
    """The rows of what was asked, each by the names of its columns, so many at a time."""
    names = [column[0] for column in found.description or ()]
    while rows := found.fetchmany(at_once):
        yield [dict(zip(names, row, strict=True)) for row in rows]


def _quoted(path: str) -> str:
    return path.replace("'", "''")
