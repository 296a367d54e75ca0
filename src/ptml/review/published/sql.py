"""Questions to a published run in SQL."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

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


def _quoted(path: str) -> str:
    return path.replace("'", "''")
