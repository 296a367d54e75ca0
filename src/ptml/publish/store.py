"""An object store that always shows one whole run.

PREFIX/runs/RUN_ID/TABLE.parquet   a run, never changed once it is there
PREFIX/runs/RUN_ID/manifest.json   its inputs, rows and file hashes, sent last
PREFIX/current.json                the newest whole run, replaced in one step

Objects have no rename: the run is written on this machine, sent file by file, and shown by one
write of `current.json`, which names the runs that are kept and the hash of this one's manifest.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.durable import sha256_of
from ptml.contracts.manifest import FILES, MANIFEST, sealed, sealed_text
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.contracts.store import Store, open_store
from ptml.errors import DataError, PtmlError, TryAgainError, UsageError
from ptml.publish.config import PublishConfig
from ptml.publish.folder import RUN_FOLDER, RUNS
from ptml.publish.lease import Held, Lease
from ptml.publish.place import local_lock, nothing_in
from ptml.publish.tables import PublishedRun

POINTER = "current.json"
_REMEDY = "publish the run again"


@dataclass
class ObjectStore:
    """A prefix of a bucket to publish to."""

    store: Store
    now: Callable[[], datetime]
    config: PublishConfig
    _held: Held | None = field(default=None, repr=False)

    @classmethod
    def at(cls, address: str, now: Callable[[], datetime], config: PublishConfig) -> "ObjectStore":
        """The place of an address; nothing is sent yet."""
        return cls(open_store(address), now, config)

    @property
    def out(self) -> str:
        """The place as the user named it."""
        return self.store.address

    @property
    def work(self) -> Path:
        """A folder of this machine that belongs to the address."""
        folder = self.config.work_folder or Path(tempfile.gettempdir())
        return folder / f"ptml-{hashlib.sha256(self.out.encode()).hexdigest()[:16]}"

    @property
    def staging(self) -> Path:
        """Where the run is written before it is sent."""
        return self.work / "unfinished"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the place for one publisher, on this machine and on all."""
        lease = Lease(self.store, self.now, self.config.lease_seconds)
        self.work.mkdir(mode=0o700, parents=True, exist_ok=True)
        with local_lock(self.work / "publishing", self.out), lease.held() as self._held:
            yield

    def prepare(self) -> None:
        """Refuse a prefix in which our names are taken, and clear what a dead publisher left.

        Raises
        ------
        UsageError
            Naming what is in the way.
        """
        content = self.store.read(POINTER)
        if content is not None and "kept" not in (sealed(content) or {}):
            raise UsageError(
                f"--out {self.out} holds {POINTER}, which ptml did not write or which is damaged;"
                " move that away or name another prefix"
            )
        self.store.drop_uploads(f"{RUNS}/")
        self.sweep(self._kept())

    @property
    def number(self) -> int:
        """Of the lock, while it is held; two writers never have the same."""
        return self._lease_held.number

    def check(self) -> None:
        """See that the lock is still held, or raise TryAgainError."""
        self._lease_held.check()

    @property
    def _lease_held(self) -> Held:
        if self._held is None:
            raise AssertionError("only who holds the lock writes")
        return self._held

    def show(self, staged: Path, run_id: str) -> None:
        """Send the run, point to it, and remove runs that are too old."""
        mark = self.mark()
        # Two writers never share a folder, not even of the same run: the lock's number tells.
        name = f"{run_id}.{self.number}"
        kept = [name, *self._kept()][: self.config.kept_runs]
        try:
            self.send(staged, name)
            self.check()
            self.point_to(name, mark, kept, sha256_of(staged / MANIFEST))
        except TryAgainError:
            self._take_away(name)
            raise
        with suppress(PtmlError):
            self.sweep(kept)

    def send(self, staged: Path, name: str) -> None:
        """Send a run under a name, its manifest last; nobody points to it yet."""
        tables = sorted(path for path in staged.iterdir() if path.name != MANIFEST)
        for file in (*tables, staged / MANIFEST):
            self.store.send(file, f"{RUNS}/{name}/{file.name}")

    def point_to(self, name: str, mark: str | None, kept: list[str], manifest: str) -> None:
        """Replace `current.json` in one step, if it is still that of the mark.

        Parameters
        ----------
        manifest : str
            SHA-256 of the run's.

        Raises
        ------
        TryAgainError
            When another one stands there by now.
        """
        told = {"run": name, "manifest": manifest, "kept": kept}
        if not self.store.replace(POINTER, sealed_text(told).encode(), mark):
            raise TryAgainError(f"another run was published to {self.out} meanwhile; run again")

    def _kept(self) -> list[str]:
        """Runs that the pointer knows, newest first."""
        return list((self.pointer() or {}).get("kept", ()))

    def pointer(self) -> dict[str, Any] | None:
        """What `current.json` says: nothing where there is none, None where it is damaged."""
        content = self.store.read(POINTER)
        return {} if content is None else sealed(content)

    def mark(self) -> str | None:
        """What changes whenever `current.json` does."""
        return self.store.mark(POINTER)

    def sweep(self, kept: list[str]) -> None:
        """Remove runs that nobody points to: too old ones, and those that were never finished."""
        runs = ((name, name.split("/")[1]) for name in self.store.names(RUNS))
        self.store.remove(
            name for name, run in runs if run not in kept and RUN_FOLDER.fullmatch(run)
        )

    def _take_away(self, name: str) -> None:
        # The first error is the one to tell; the next publisher clears what stays. What the pointer
        # names stays too: its answer may be what was lost.
        with suppress(PtmlError):
            if name not in self._kept():
                self.store.remove(self.store.names(f"{RUNS}/{name}"))


def read_store(address: str) -> PublishedRun:
    """Read the last whole run that was sent to a prefix.

    A table is downloaded and held against its hash when it is looked up.

    Raises
    ------
    UsageError
        When nothing was published there.
    DataError
        When an object is not what was sent.
    TryAgainError
        When the store does not answer, or the run was removed as too old while it was read.
    """
    store = open_store(address)
    content = store.read(POINTER)
    if content is None:
        raise nothing_in(store.address)
    pointer = _sealed(content, POINTER, store)
    run = f"{RUNS}/{pointer['run']}"
    manifest = _whole(store, f"{run}/{MANIFEST}", pointer["manifest"])
    about = _sealed(manifest, MANIFEST, store)

    def read(name: str) -> pa.Table:
        file = f"{name}.parquet"
        if file not in about[FILES]:
            return OUTPUT_TABLES[name].arrow_schema.empty_table()
        found = _whole(store, f"{run}/{file}", about[FILES][file])
        return pq.read_table(pa.BufferReader(found), page_checksum_verification=True)

    return PublishedRun.of(about, read)


def _whole(store: Store, name: str, wanted: str) -> bytes:
    content = store.read(name)
    if content is None:
        raise TryAgainError(
            f"{name} in {store.address} is not there: removed as too old, or by hand; read again,"
            f" or {_REMEDY}"
        )
    if hashlib.sha256(content).hexdigest() != wanted:
        raise DataError(f"{name} in {store.address} changed after writing; {_REMEDY}")
    return content


def _sealed(content: bytes, name: str, store: Store) -> dict[str, Any]:
    about = sealed(content)
    if about is None:
        raise DataError(f"{name} in {store.address} is damaged; {_REMEDY}")
    return about
