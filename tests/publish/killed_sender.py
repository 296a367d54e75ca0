"""A process that publishes mark 2 to a store and dies before it sends a certain object."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from ptml.contracts.store import Store

from .runs import publish


def main(out: str, holds: str) -> None:
    """Publish, and die."""
    send = Store.send

    def die(store: Store, path: Path, name: str) -> None:
        if holds in name:
            os.kill(os.getpid(), signal.SIGKILL)
        send(store, path, name)

    patched: Any = Store
    patched.send = die
    publish(out, 2)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
