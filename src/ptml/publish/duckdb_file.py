"""A DuckDB file that always shows one whole run: everything in one transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ptml.contracts.conformity import empty_output
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import TryAgainError, UsageError
from ptml.publish.durable import told_plainly
from ptml.publish.lock import publisher_lock
from ptml.publish.record import RunRecord

# One row a run stays here; the other tables hold the newest run alone.
KEPT_TABLE = "runs"


class DuckDBSink:
    """Replaces the rows of all tables within one transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
        self._connection = connection
        connection.execute("BEGIN")
        for name in OUTPUT_TABLES:
            connection.register("shape", empty_output(name))
            connection.execute(f'CREATE TABLE IF NOT EXISTS "{name}" AS FROM shape')
            connection.unregister("shape")
            if name == KEPT_TABLE:
                connection.execute(f'DELETE FROM "{name}" WHERE run_id = ?', [run_id])
            else:
                connection.execute(f'TRUNCATE "{name}"')

    def write(self, name: str, table: pa.Table) -> None:
        """Add rows to a table of the run."""
        self._connection.register("piece", table)
        self._connection.execute(f'INSERT INTO "{name}" BY NAME FROM piece')
        self._connection.unregister("piece")

    def commit(self, about: Mapping[str, Any]) -> None:
        """Make the whole run visible in one step."""
        self._connection.execute("COMMIT")
        self._connection.execute("CHECKPOINT")


@contextmanager
def duckdb_sink(out: str, record: RunRecord) -> Iterator[DuckDBSink]:
    """Begin a run in a DuckDB file, made where it is not there."""
    path = Path(out)
    with told_plainly(out):
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            publisher_lock(path.with_name(f".{path.name}.publishing"), record.started_at),
            told_of_duckdb(out),
            duckdb.connect(out) as connection,
        ):
            yield DuckDBSink(connection, record.run_id)


@contextmanager
def told_of_duckdb(out: str) -> Iterator[None]:
    """Turn DuckDB's errors about its file into one line."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = str(error).splitlines()[0]
        if "lock" in reason.lower() or "space" in reason.lower():
            raise TryAgainError(f"{out} cannot be written now ({reason}); try again") from error
        raise UsageError(f"--out {out} cannot be written ({reason})") from error
    except duckdb.TransactionException as error:
        raise TryAgainError(f"{out} was changed by somebody else; try again") from error
