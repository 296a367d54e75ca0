"""Whether MLflow's store can be written: where it is asked for."""

import os
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ptml.jobs.addresses import without_password
from ptml.jobs.doctor.finding import Finding, ok, stop
from ptml.jobs.doctor.place import nearest, write_error
from ptml.tracking import default_store

_PATIENCE_SECONDS = 2.0
_SQLITE = "sqlite:///"


def check_store(folder: Path) -> Iterator[Finding]:
    """The SQLite file within a folder, or the server that the environment names."""
    address = default_store(folder)
    if address.startswith(_SQLITE):
        yield _file(Path(address.removeprefix(_SQLITE)))
    else:
        yield _server(address)


def _file(path: Path) -> Finding:
    error = write_error(nearest(path.parent))
    if error is not None or (path.exists() and not os.access(path, os.W_OK)):
        return stop("store", f"{path} cannot be written", "mend the rights, or train --no-track")
    if not path.exists():
        return ok("store", f"{path} will be made")
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        return stop("store", f"{path} cannot be read ({error})", "mend it, or train --no-track")
    return ok("store", f"{path} can be written")


def _server(address: str) -> Finding:
    parts, shown = urlsplit(address), without_password(address)
    port = parts.port or {"https": 443, "http": 80, "postgresql": 5432}.get(parts.scheme, 443)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=_PATIENCE_SECONDS):
            return ok("store", f"{shown} answers")
    except OSError as error:
        told = f"{shown} does not answer ({error.strerror or error})"
        return stop("store", told, "mend MLFLOW_TRACKING_URI, or train --no-track")
