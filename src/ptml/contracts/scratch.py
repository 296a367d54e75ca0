"""A DuckDB database in a temporary folder, with a fixed memory limit, gone when it is closed."""

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Self

import duckdb

DEFAULT_MEMORY_LIMIT = "2GB"


class Scratch:
    """Owns a connection and the folder that it spills to.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
        self.connection = connection
        self._discard = weakref.finalize(self, _discard, connection, folder)

    @classmethod
    def on_disk(cls, memory_limit: str = DEFAULT_MEMORY_LIMIT) -> Self:
        """Make a database file in a new temporary folder.

        Parameters
        ----------
        memory_limit : str
            As DuckDB reads it, ``2GB``; what does not fit is spilled to the folder.
        """
        folder = Path(tempfile.mkdtemp(prefix="ptml-"))
        connection = duckdb.connect(folder / "data.duckdb")
        scratch = cls(connection, folder)
        connection.execute("SET memory_limit = $limit", {"limit": memory_limit})
        connection.execute("SET temp_directory = $folder", {"folder": str(folder / "spill")})
        return scratch

    @classmethod
    def in_memory(cls) -> Self:
        """Make a database that is nowhere but in memory."""
        return cls(duckdb.connect(":memory:"), None)

    def close(self) -> None:
        """Close the connection and remove the folder; a second call does nothing."""
        self._discard()


def _discard(connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
    connection.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
