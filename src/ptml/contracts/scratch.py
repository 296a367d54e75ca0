"""A DuckDB database in a temporary folder, with a fixed memory limit, gone when it is closed."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import duckdb

from ptml.errors import TryAgainError, UsageError

DEFAULT_MEMORY_LIMIT = "2GB"


class Scratch:
    """Owns a connection and the folder that it spills to.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
        self.connection = connection
        # Of a query of some seconds DuckDB draws a bar on the output, amid what is told as JSON.
        connection.execute("SET enable_progress_bar = false")
        self._discard = weakref.finalize(self, _discard, connection, folder)

    @classmethod
    def on_disk(cls, memory_limit: str = DEFAULT_MEMORY_LIMIT) -> Self:
        """Make a database file in a new temporary folder.

        Parameters
        ----------
        memory_limit : str
            As DuckDB reads it, ``2GB``; what does not fit is spilled to the folder.

        Raises
        ------
        UsageError
            When `memory_limit` is no size.
        TryAgainError
            When there is no room for temporary files.
        """
        try:
            folder = Path(tempfile.mkdtemp(prefix="ptml-"))
        except OSError as error:
            raise TryAgainError(f"no temporary folder can be made: {error}") from error
        scratch = cls(duckdb.connect(folder / "data.duckdb"), folder)
        scratch._set("temp_directory", str(folder / "spill"))
        try:
            scratch._set("memory_limit", memory_limit)
        except duckdb.ParserException:
            scratch.close()
            raise UsageError(f"a memory limit is like 2GB or 500MB, got {memory_limit}") from None
        return scratch

    @classmethod
    def in_memory(cls) -> Self:
        """Make a database that is nowhere but in memory."""
        return cls(duckdb.connect(":memory:"), None)

    @contextmanager
    def told_in_words(self) -> Iterator[None]:
        """Turn a full disk and a memory limit that is too small into errors for a person.

        Raises
        ------
        TryAgainError
            With the way out.
        """
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise TryAgainError(
                f"the memory limit is too small for these data; raise it ({_first_line(error)})"
            ) from error
        except (duckdb.IOException, duckdb.TransactionException) as error:
            raise TryAgainError(
                f"the temporary folder {tempfile.gettempdir()} cannot be written;"
                f" make room or set TMPDIR ({_first_line(error)})"
            ) from error

    def _set(self, name: str, value: str) -> None:
        self.connection.execute(f"SET {name} = $value", {"value": value})

    def close(self) -> None:
        """Close the connection and remove the folder; a second call does nothing."""
        self._discard()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _discard(connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
    connection.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
