"""Read the files of a public data set and write contract tables, all or nothing."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ptml.contracts.durable import has_no_room
from ptml.errors import DataError, TryAgainError, UsageError


@dataclass(frozen=True)
class ImportSummary:
    """What an import made.

    Attributes
    ----------
    rows : mapping of table name to number of rows
    sentences : tuple of str
        What was made, what was assumed, and what the source cannot give.
    """

    rows: Mapping[str, int]
    sentences: tuple[str, ...]


def convert(
    name: str, source: Path, out: Path, files: Sequence[str], tables: Mapping[str, str]
) -> dict[str, int]:
    """Write one Parquet file per table into a new folder.

    Parameters
    ----------
    name : str
        Of the data set, for messages.
    source : Path
        Folder of ``FILE.parquet``; each is the view ``raw.FILE`` in the queries.
    out : Path
        Folder that appears when all tables are written.
    tables : mapping of table name to SQL query

    Returns
    -------
    dict of table name to number of rows

    Raises
    ------
    UsageError
        When the source is not there, or ``out`` holds something or cannot be written.
    DataError
        When a file of the source does not have the columns of the data set.
    """
    _check(name, source, files)
    with fresh_folder(out) as folder, duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("CREATE SCHEMA raw")
        try:
            for file in files:
                path = str(source / f"{file}.parquet").replace("'", "''")
                connection.execute(f"CREATE VIEW raw.{file} AS FROM read_parquet('{path}')")
            return {
                table: _write(connection, folder, table, query) for table, query in tables.items()
            }
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise DataError(f"{source} is not the {name} data set as expected: {first}") from error


def _check(name: str, source: Path, files: Sequence[str]) -> None:
    missing = [f"{file}.parquet" for file in files if not (source / f"{file}.parquet").is_file()]
    if missing:
        what = "has no " + ", ".join(missing) if source.is_dir() else "is not a folder"
        raise UsageError(
            f"{source} {what}; the shared {name} data are expected there (data/{name})"
        )


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, table: str, query: str) -> int:
    rows = connection.sql(query).to_arrow_table()
    pq.write_table(rows, folder / f"{table}.parquet", compression="zstd", write_page_checksum=True)
    return int(rows.num_rows)


@contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """Give a folder to fill, which takes its place when all went well and is gone when not.

    Raises
    ------
    UsageError
        When ``out`` holds something, or cannot be written.
    TryAgainError
        When the disk is full.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty; name a new folder or remove it first")
    work = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        work.mkdir(parents=True)
        yield work
        if out.exists():
            out.rmdir()
        work.rename(out)
    except OSError as error:
        if has_no_room(error):
            raise TryAgainError(f"there is no room for {out}: {error.strerror}") from error
        raise UsageError(f"{out} cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
