"""One writer at a time: a lock that its holder's end gives back, however it ends."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ptml.errors import TryAgainError


@contextmanager
def writer_lock(path: Path, place: str) -> Iterator[None]:
    """Hold the lock file, or say who holds it; the file is gone afterwards.

    The operating system drops the lock when its process ends, so that a killed one blocks nobody.

    Parameters
    ----------
    path : Path
        The lock file.
    place : str
        What is locked, as the user named it.

    Raises
    ------
    TryAgainError
        Naming the process, the machine and since when.
    """
    with _locked(path, place) as file:
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}")
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_held(path: Path) -> bool:
    """Whether a process that lives holds the lock file."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextmanager
def _locked(path: Path, place: str) -> Iterator[IO[str]]:
    while True:
        with path.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise TryAgainError(
                    f"another run is writing to {place}: {_holder(file)}; try again when it is done"
                ) from None
            if _is_at(file, path):
                yield file
                return


def _is_at(file: IO[str], path: Path) -> bool:
    # The holder before may have removed the file after we opened it: then we locked nothing.
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _holder(file: IO[str]) -> str:
    file.seek(0)
    since = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    # Who has only just begun has not signed yet.
    who = file.read() or "a process"
    return f"{who} since {since:%Y-%m-%d %H:%M:%S} UTC"
