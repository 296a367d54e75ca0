"""Where an import works: the folder that is to appear, its accounts, and a database on the side."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ptml.contracts.scratch import Scratch
from ptml.sources.importers.accounts import Accounts
from ptml.sources.importers.writing import fresh_folder

MEMORY_LIMIT = "1GB"


@dataclass(frozen=True)
class Workbench:
    """What an import works with.

    Attributes
    ----------
    folder : Path
        Takes the tables; it takes its place when all went well.
    accounts : Accounts
        What became of each row.
    connection : duckdb.DuckDBPyConnection
        One thread, so that the same rows give the same sums; beyond its memory it uses the disk.
    """

    folder: Path
    accounts: Accounts
    connection: duckdb.DuckDBPyConnection


@contextmanager
def workbench(out: Path) -> Iterator[Workbench]:
    """Give a workbench for an import into a new folder.

    Raises
    ------
    UsageError
        When the folder holds something, or cannot be written.
    TryAgainError
        When there is no room for temporary files.
    """
    with fresh_folder(out) as folder, Accounts(folder) as accounts:
        scratch = Scratch.on_disk(MEMORY_LIMIT)
        with closing(scratch), scratch.told_in_words():
            scratch.connection.execute("SET threads = 1")
            yield Workbench(folder, accounts, scratch.connection)
