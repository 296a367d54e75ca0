"""Whether a place can be written and locked; nothing stays there."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ptml.contracts.durable import has_no_room
from ptml.contracts.manifest import MANIFEST
from ptml.errors import PtmlError, UsageError
from ptml.jobs.doctor.finding import Finding, look, ok, stop
from ptml.publish import read_run
from ptml.publish.config import PublishConfig
from ptml.publish.form import Form, address_of
from ptml.publish.places import place_here


@dataclass(frozen=True)
class LocalPlace:
    """A place on a disk of this machine.

    Attributes
    ----------
    out : Path
        The folder or file.
    lock, staging : Path
        As in `ptml.publish.place.Place`.
    is_file : bool
        Whether it is one file.
    """

    out: Path
    lock: Path
    staging: Path
    is_file: bool


def place_of(out: str) -> LocalPlace | None:
    """The place that an ``--out`` names; None where it is not on this machine.

    Raises
    ------
    UsageError
        For an address that is none.
    """
    address = address_of(out)
    place = place_here(address, PublishConfig())
    if place is None:
        return None
    return LocalPlace(address.path, place.lock, place.staging, address.form is Form.duckdb)


def check_out(out: str) -> Iterator[Finding]:
    """Rights and lock of the place that runs are published to."""
    try:
        place = place_of(out)
        if address_of(out).form is Form.postgres:
            # What migrates a schema takes longer to import than other checks take.
            from ptml.jobs.doctor.schema import check_schema

            yield from check_schema(out)
            return
        if place is None:
            yield _reached(out)
            return
    except PtmlError as error:
        yield stop("out", str(error), "name another place with --out")
        return
    yield _written(place)
    yield _locked(place)


def _reached(out: str) -> Finding:
    """Whether a place that is not on this machine answers; nothing is written there."""
    try:
        run_id = read_run(out).about["run_id"]
    except UsageError as error:
        return look("out", str(error), "a first run will make it, if you may write there")
    except PtmlError as error:
        return stop("out", str(error), "see that it can be reached from here, with these rights")
    return ok("out", f"it can be read, and shows run {run_id}; writing is tried by a run alone")


def _written(place: LocalPlace) -> Finding:
    path = place.out
    if path.is_dir() and place.is_file:
        return stop("out", f"{path} is a folder", "name a file that ends in .duckdb")
    if (path / MANIFEST).exists():
        return stop("out", f"{path} holds trained models", "publish to another folder")
    folder = nearest(path.parent if place.is_file or path.is_file() else path)
    error = write_error(folder)
    if path.is_file() and not place.is_file:
        return stop("out", f"{path} is a file", "name a folder, or a file that ends in .duckdb")
    if error is not None:
        way = "free some space" if has_no_room(error) else "give this user the right to write there"
        return stop("out", f"{folder} cannot be written ({error.strerror})", way)
    return ok("out", f"{path} can be written")


def nearest(path: Path) -> Path:
    """The folder itself, or the nearest above it that is there."""
    return next((p for p in (path, *path.absolute().parents) if p.is_dir()), Path("/"))


def write_error(folder: Path) -> OSError | None:
    """What keeps us from writing to a folder; tried, since rights alone do not tell."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ptml")
            file.flush()
    except OSError as error:
        return error
    return None


def _locked(place: LocalPlace) -> Finding:
    holder = held_by(place.lock)
    if holder is not None:
        return look("lock", f"{place.out} is being written by {holder}", "wait till it is done")
    return ok("lock", f"no run is writing to {place.out}")


def held_by(lock: Path) -> str | None:
    """Who holds a lock file; None where nobody does."""
    try:
        with lock.open("r+", encoding="utf-8") as file:
            if is_locked(file.fileno()):
                return file.read().strip() or "another process"
    except OSError:
        return None
    return None


def is_locked(handle: int) -> bool:
    """Whether another process has locked a file that we opened; our own lock goes at once."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(handle, fcntl.LOCK_UN)
        # DuckDB locks its file the other way.
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(handle, fcntl.LOCK_UN)
    except BlockingIOError:
        return True
    except PermissionError:
        return True
    return False


def temporary_folder() -> Path:
    """Where temporary files go, made nowhere."""
    return Path(os.environ.get("TMPDIR") or tempfile.gettempdir())
