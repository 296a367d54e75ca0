"""A DuckDB database with a fixed memory limit, gone when it is closed.

Its tables lie in memory, and what does not fit into the limit in a temporary folder: to make a file
of them, to compress them and to check them, cost more than all reading of them.

What a killed process left, with the rows of people in it, is removed by the next one: a folder is
somebody's as long as the file ``owned`` in it is locked, which a process's end undoes.
"""

import fcntl
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

import duckdb

from ptml.errors import TryAgainError, UsageError

DEFAULT_MEMORY_LIMIT = "2GB"
OWNED = "owned"
"""What a folder of ours holds, and locks as long as it is in use."""
_PREFIX = "ptml-"
_SIZE = re.compile(r"([\d.]+)\s*([KMGT]?)(i?)B?(?:ytes)?", re.IGNORECASE)
_SETTLED_BYTES = 512 * 1024**2
# How DuckDB calls a temporary folder that is full.
_FULL = "max_temp_directory_size"


class Scratch:
    """Owns a connection and the folder that it spills to.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path | None,
        owned: IO[bytes] | None = None,
    ) -> None:
        self.connection = connection
        self._folder = folder
        # Of a query of some seconds DuckDB draws a bar on the output, amid what is told as JSON.
        # In a notebook that cannot draw it, there is none to be set off.
        with suppress(duckdb.InvalidInputException):
            connection.execute("SET enable_progress_bar = false")
        self._discard = weakref.finalize(self, _discard, connection, folder, owned)

    @classmethod
    def on_disk(cls, memory_limit: str = DEFAULT_MEMORY_LIMIT) -> Self:
        """Make a database that goes on in a new temporary folder where memory ends.

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
        folder, owned = _made()
        try:
            scratch = cls(duckdb.connect(":memory:"), folder, owned)
        except duckdb.IOException as error:
            shutil.rmtree(folder, ignore_errors=True)
            owned.close()
            raise _no_room(error) from error
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

    def settle(self) -> None:
        """Give memory back once everything is read: what lies in it goes on in the folder.

        From here on ranges of rows are looked up, which need little at a time.
        """
        row = self.connection.execute("SELECT current_setting('memory_limit')").fetchone()
        if self._folder is not None and row is not None and bytes_of(str(row[0])) > _SETTLED_BYTES:
            # Where the folder is full, what is read stays where it is.
            with suppress(duckdb.Error):
                self._set("memory_limit", f"{_SETTLED_BYTES}B")

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
            if _FULL in str(error):
                raise _no_room(error) from error
            raise TryAgainError(
                f"the memory limit is too small for these data; raise it ({_first_line(error)})"
            ) from error
        except (duckdb.IOException, duckdb.TransactionException) as error:
            raise _no_room(error) from error

    def _set(self, name: str, value: str) -> None:
        self.connection.execute(f"SET {name} = $value", {"value": value})

    def close(self) -> None:
        """Close the connection and remove the folder; a second call does nothing."""
        self._discard()


def bytes_of(limit: str) -> int:
    """A memory limit as DuckDB reads and tells it.

    >>> bytes_of("2GB"), bytes_of("1.5 GiB"), bytes_of("512 bytes")
    (2000000000, 1610612736, 512)
    """
    found = _SIZE.fullmatch(limit.strip())
    if found is None:
        raise ValueError(f"a memory limit is like 2GB or 500MB, got {limit}")
    number, unit, is_binary = found.groups()
    base = 1024 if is_binary else 1000
    return int(float(number) * base ** "_kmgt".index(unit.lower() or "_"))


def _no_room(error: Exception) -> TryAgainError:
    return TryAgainError(
        f"the temporary folder {tempfile.gettempdir()} cannot be written;"
        f" make room or set TMPDIR ({_first_line(error)})"
    )


def _made() -> tuple[Path, IO[bytes]]:
    """Make a folder of our own, after those that killed processes left are gone."""
    try:
        remove_left(Path(tempfile.gettempdir()))
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        return folder, _claimed(folder)
    except OSError as error:
        raise TryAgainError(f"no temporary folder can be made: {error}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _claimed(folder: Path) -> IO[bytes]:
    """Lock a folder; nobody sees the lock's file before it is locked."""
    fresh = folder / f".{OWNED}"
    file = fresh.open("wb")
    fcntl.flock(file, fcntl.LOCK_EX)
    fresh.rename(folder / OWNED)
    return file


def remove_left(temporary: Path) -> None:
    """Remove the folders of this user's processes that were killed."""
    for path in temporary.glob(f"{_PREFIX}*/{OWNED}"):
        folder = path.parent
        # Another user's, or gone a moment ago: not ours to remove.
        with suppress(OSError), path.open("rb+") as file:
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def _discard(
    connection: duckdb.DuckDBPyConnection, folder: Path | None, owned: IO[bytes] | None
) -> None:
    connection.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    if owned is not None:
        owned.close()
