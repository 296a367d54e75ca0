"""Where runs are published to: what every form of `--out` can do, and says when it cannot."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from ptml.contracts.durable import has_no_room
from ptml.contracts.lock import writer_lock
from ptml.errors import TryAgainError, UsageError


class Place(Protocol):
    """A place that shows one whole run at any moment."""

    @property
    def out(self) -> Path | str:
        """The place as the user named it, without any secret."""

    @property
    def staging(self) -> Path:
        """A folder of this machine for the run that is being written; the same for the same place,
        so that what was begun is found again."""

    def alone(self) -> AbstractContextManager[None]:
        """Let one publisher at a time in; the second is told who is there."""

    def prepare(self) -> None:
        """Check that a run can be put here, before any work is done for it."""

    def show(self, staged: Path, run_id: str) -> None:
        """Make a run that was written to the staging folder the one that readers see."""


@contextmanager
def local_lock(lock: Path, out: Path | str) -> Iterator[None]:
    """Hold a file of this machine as the lock of a place."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with writer_lock(lock, str(out)):
        yield


def nothing_in(out: Path | str) -> UsageError:
    """What is told of a place that no run was published to."""
    return UsageError(f"no run was published to {out}; `ptml score DATA --out {out}` writes one")


@contextmanager
def told_plainly(out: Path | str) -> Iterator[None]:
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
