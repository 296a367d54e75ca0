"""A DuckDB file that always shows one whole run: everything in one transaction.

The run is written to a hidden folder beside the file first, so that the file is locked for the
seconds of the transaction and not while people are scored. DuckDB lets either one process write or
several read; who wants to read while runs are published should publish to a folder.
"""

import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ptml.contracts.manifest import MANIFEST
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.contracts.stamp import Stamped
from ptml.errors import TryAgainError, UsageError
from ptml.publish.place import local_lock

# One row a run stays here; the other tables hold the newest run alone.
KEPT_TABLE = "runs"
MANIFEST_TABLE = "manifest"
MEMORY_LIMIT = "1GB"
N_THREADS = 4
_ATTEMPTS, _WAIT_SECONDS = 60, 0.5


@dataclass(frozen=True)
class DuckDBFile:
    """A DuckDB file to publish to; its other tables are left alone."""

    out: Path
    attempts: int = _ATTEMPTS

    @property
    def lock(self) -> Path:
        """The file by which one publisher at a time is let in."""
        return self.out.with_name(f".{self.out.name}.publishing")

    @property
    def staging(self) -> Path:
        """The hidden folder of the run that is being written."""
        return self.out.with_name(f".{self.out.name}.unfinished")

    def alone(self) -> AbstractContextManager[None]:
        """Hold the place for one publisher."""
        return local_lock(self.lock, self.out)

    def prepare(self) -> None:
        """Refuse a file that is no database, is in use, or holds other things by our names.

        Raises
        ------
        UsageError
            Naming what is in the way.
        TryAgainError
            When another process has the file open.
        """
        if not self.out.exists():
            return
        with told_of_duckdb(self.out), self._connected(attempts=1) as connection:
            _refuse_unfit(connection, self.out)

    def show(self, staged: Path, run_id: str) -> None:
        """Put the run in the place of the one before, in one transaction."""
        with told_of_duckdb(self.out):
            try:
                self._replace(staged, run_id)
            except duckdb.TransactionException:
                # What a cut-off commit left in the log is dropped when the file is next opened.
                with suppress(duckdb.Error), self._connected(attempts=1):
                    pass
                raise

    def _replace(self, staged: Path, run_id: str) -> None:
        with self._connected(self.attempts) as connection:
            connection.execute("BEGIN")
            for name in OUTPUT_TABLES:
                source = str(staged / f"{name}.parquet")
                if name == KEPT_TABLE:
                    _add_run(connection, source, run_id)
                else:
                    connection.execute(
                        f'CREATE OR REPLACE TABLE "{name}" AS FROM read_parquet($source)',
                        {"source": source},
                    )
            _put_manifest(connection, (staged / MANIFEST).read_text(encoding="utf-8"))
            connection.execute("COMMIT")

    @contextmanager
    def _connected(self, attempts: int) -> Iterator[duckdb.DuckDBPyConnection]:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            "threads": N_THREADS,
        }
        for attempt in range(attempts):
            try:
                connection = duckdb.connect(self.out, config=config)
                break
            except duckdb.IOException as error:
                # A reader may be at it; hours of scoring are worth half a minute.
                if not is_locked(error) or attempt == attempts - 1:
                    raise
                time.sleep(_WAIT_SECONDS)
        with connection:
            yield connection


def _add_run(connection: duckdb.DuckDBPyConnection, source: str, run_id: str) -> None:
    run = "read_parquet($source)"
    named = {"source": source}
    connection.execute(f'CREATE TABLE IF NOT EXISTS "{KEPT_TABLE}" AS FROM {run} LIMIT 0', named)
    connection.execute(f'DELETE FROM "{KEPT_TABLE}" WHERE run_id = $run_id', {"run_id": run_id})
    connection.execute(f'INSERT INTO "{KEPT_TABLE}" BY NAME FROM {run}', named)


def _put_manifest(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    connection.execute(
        f'CREATE OR REPLACE TABLE "{MANIFEST_TABLE}" AS SELECT $text AS about', {"text": text}
    )


def _refuse_unfit(connection: duckdb.DuckDBPyConnection, out: Path) -> None:
    names = [*OUTPUT_TABLES, MANIFEST_TABLE]
    views = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE list_contains($names, view_name)"
        " AND NOT internal",
        {"names": names},
    ).fetchall()
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE list_contains($names, table_name) AND schema_name = 'main' AND NOT internal",
        {"names": list(OUTPUT_TABLES)},
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    taken = {view for (view,) in views}
    # A table of another version of ptml has other columns, but is stamped.
    taken |= {table for table, own in columns.items() if not set(Stamped.columns()) <= own}
    kept = columns.get(KEPT_TABLE)
    taken |= {KEPT_TABLE} if kept and kept != set(OUTPUT_TABLES[KEPT_TABLE].columns) else set()
    if taken:
        raise UsageError(
            f"--out {out} holds {', '.join(sorted(taken))}, which ptml did not write;"
            " rename that or name another file"
        )


@contextmanager
def told_of_duckdb(out: Path) -> Iterator[None]:
    """Turn DuckDB's errors about its file into one line.

    Raises
    ------
    TryAgainError
        When another process has the file open, or the disk is full.
    UsageError
        When it is no database or cannot be written.
    """
    try:
        yield
    except (
        duckdb.IOException,
        duckdb.OutOfMemoryException,
        duckdb.TransactionException,
        duckdb.FatalException,
    ) as error:
        raise _as_told(out, error) from error


def _as_told(out: Path, error: duckdb.Error) -> TryAgainError | UsageError:
    reason = first_line(error)
    if is_locked(error):
        return TryAgainError(f"{out} is open elsewhere ({reason}); close it and try again")
    if "space" in reason.lower() or isinstance(error, duckdb.OutOfMemoryException):
        return TryAgainError(
            f"no room to write {out} ({reason}); the last published run is untouched:"
            " free some space and run again"
        )
    return UsageError(
        f"--out {out} cannot be written ({reason}); name a folder, or a *.duckdb file that is one"
    )


def is_locked(error: duckdb.Error) -> bool:
    """Whether another process has the file open."""
    # As a word: what is told of a damaged file names its blocks.
    return re.search(r"\block\b", first_line(error).lower()) is not None


def first_line(error: Exception) -> str:
    """The sentence of a message that may go on with advice to programmers."""
    return str(error).partition("\n")[0]
