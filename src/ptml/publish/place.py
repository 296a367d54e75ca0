"""Where runs are published to: what every form of `--out` can do, and says when it cannot."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ptml.contracts.durable import has_no_room
from ptml.errors import TryAgainError, UsageError

DUCKDB_SUFFIX = ".duckdb"


class Place(Protocol):
    """A place that shows one whole run at any moment."""

    @property
    def out(self) -> Path:
        """The place as the user named it."""

    @property
    def lock(self) -> Path:
        """The file by which one publisher at a time is let in."""

    @property
    def staging(self) -> Path:
        """A hidden folder on the same disk, for the run that is being written."""

    def prepare(self) -> None:
        """Check that a run can be put here, before any work is done for it."""

    def show(self, staged: Path, run_id: str) -> None:
        """Make a run that was written to the staging folder the one that readers see."""


def is_duckdb(out: str) -> bool:
    """Whether an address names a DuckDB file; any other plain one names a folder."""
    return Path(out).suffix == DUCKDB_SUFFIX


def plain_path(out: str) -> Path:
    """The path that an ``--out`` names.

    Raises
    ------
    UsageError
        For the address of a server or a store, or an empty one.
    """
    scheme, separator, _ = out.partition("://")
    if separator or not out.strip():
        # The address is not repeated: it may hold a password.
        found = f"a {scheme}:// address" if separator else "an empty name"
        raise UsageError(
            "--out takes a folder (for Parquet files) or a file that ends in .duckdb,"
            f" got {found}; publish to one of these and load it from there"
        )
    return Path(out)


@contextmanager
def told_plainly(out: Path) -> Iterator[None]:
    """Turn what the operating system says of a place into one line for its user.

    Raises
    ------
    TryAgainError
        For a full disk: there may be room later.
    UsageError
        For anything else: a wrong place stays wrong.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if has_no_room(error):
            raise TryAgainError(
                f"no room to write {out} ({reason}); the last published run is untouched:"
                " free some space and run again"
            ) from error
        raise UsageError(
            f"--out {out} cannot be written ({reason}); name a folder that you may write,"
            " or a *.duckdb file in one"
        ) from error
