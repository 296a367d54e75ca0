"""An object store of one's own for the trials: moto's server behind a wire."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ptml.contracts.store import open_store
from ptml.errors import PtmlError
from ptml.jobs.faults.forms import Form, name_of
from ptml.jobs.faults.wire import Wire

_BUCKET = "people"
_LEASE_SECONDS = 2
_START_SECONDS = 120.0


@dataclass(frozen=True)
class StoreForm(Form):
    """A prefix of a bucket; the environment of this process names the server."""

    def copy(self, folder: Path, other: Path) -> None:
        """Copy the objects."""
        system = open_store(f"s3://{_BUCKET}").system
        system.copy(f"{_BUCKET}/{name_of(folder)}/", f"{_BUCKET}/{name_of(other)}/", recursive=True)

    def remove(self, folder: Path) -> None:
        """Remove the objects."""
        system = open_store(f"s3://{_BUCKET}").system
        if system.exists(f"{_BUCKET}/{name_of(folder)}"):
            system.rm(f"{_BUCKET}/{name_of(folder)}", recursive=True)


def has_store() -> bool:
    """Whether a server and a client are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("moto", "s3fs"))


@contextmanager
def local_store() -> Iterator[tuple[Form, Wire]]:
    """Serve till the block ends."""
    port = _free_port()
    call = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with (
        subprocess.Popen(call, stdout=quiet, stderr=quiet) as server,
        Wire(lambda: socket.create_connection(("127.0.0.1", port))) as wire,
    ):
        try:
            _wait_for(port)
            environment = {
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{wire.port}",
                "AWS_ACCESS_KEY_ID": "trials",
                "AWS_SECRET_ACCESS_KEY": "trials",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_MAX_ATTEMPTS": "2",
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            os.environ.update(environment)
            open_store(f"s3://{_BUCKET}").system.mkdir(_BUCKET)
            yield (
                StoreForm(
                    "object store",
                    f"s3://{_BUCKET}/{{name}}",
                    environment=environment,
                    settings=f"[publish]\nlease_seconds = {_LEASE_SECONDS}\n",
                ),
                wire,
            )
        finally:
            server.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise PtmlError("the object store of the trials does not start")
