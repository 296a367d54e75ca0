"""One publisher at a time: a lock that its holder's end gives back, however it ends."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ptml.errors import TryAgainError


@contextmanager
def publisher_lock(path: Path, since: datetime) -> Iterator[None]:
    """Hold the lock file, or say who holds it.

    The operating system drops the lock when the process ends, so a killed one never blocks.

    Raises
    ------
    TryAgainError
        Naming the process, the machine and since when.
    """
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise TryAgainError(f"another run is publishing here: {_holder(file.read())}") from None
        file.truncate(0)
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since.isoformat()}
        file.write(json.dumps(holder))
        file.flush()
        yield


def _holder(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return "it has only just begun"
    return f"process {found['pid']} on {found['host']} since {found['since']}; try again later"
