"""Take people out of an object store: each run is sent anew, and shown by one write.

A run that names one of them is fetched, written without them on this machine, and sent under a
new name. One write of `current.json` puts all new names in the place of the old ones, and only then
do the objects of before go: with every version that the bucket keeps of them, if it keeps any.

A killed erasure leaves the runs as they were; the next one clears away what it sent.
"""

import hashlib
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ptml.contracts.manifest import MANIFEST
from ptml.errors import DataError, PtmlError, TryAgainError
from ptml.publish.config import PublishConfig
from ptml.publish.erasing.people import Known, People
from ptml.publish.erasing.place import Change
from ptml.publish.erasing.run import found_in, known_of, put_without, tables_of
from ptml.publish.erasing.runs import remove_whole
from ptml.publish.erasing.tables import people_in
from ptml.publish.folder import RUNS
from ptml.publish.place import told_plainly
from ptml.publish.store import ObjectStore
from ptml.traces import Look, Needle, Trace, look_at

_ERASING = "erasing-"
_COPIES = 1_000_000


class ErasableStore:
    """The kept runs of a prefix that `ptml score` publishes to."""

    def __init__(self, address: str, now: Callable[[], datetime], config: PublishConfig) -> None:
        self._place = ObjectStore.at(address, now, config)
        self._store = self._place.store
        self.name = self._place.out

    @property
    def files(self) -> list[Path]:
        """What of it lies on this machine: a run that was being written."""
        return [self._place.work]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the publisher's lock, and remove what killed publishers and erasures left."""
        self._pointer()
        with told_plainly(self.name), self._place.alone():
            remove_whole(self._place.staging)
            for left in self._place.work.glob(f"{_ERASING}*"):
                remove_whole(left)
            self._clear()
            yield

    def leftovers(self) -> list[str]:
        """The run that was being written on this machine when its publisher was killed."""
        staging = self._place.staging
        return [str(staging)] if staging.exists() else []

    def people(self) -> pa.ChunkedArray:
        """Ids in every table of every run."""
        parts = []
        for run in self._kept():
            with self._fetched(run) as folder:
                parts.append(people_in(file for _, file in tables_of(folder)))
        return pa.chunked_array([c for part in parts for c in part.chunks], pa.string())

    def known(self, employee_ids: Collection[str]) -> Known:
        """Enrolments by the tables that name both, and ids that hold one of these."""
        found = Known()
        for run in self._kept():
            with self._fetched(run) as folder:
                found |= known_of(folder, employee_ids)
        return found

    def find(self, whom: People) -> Iterator[Change]:
        """Run by run, which tables hold them."""
        for run in self._kept():
            with self._fetched(run) as folder:
                change = found_in(folder, whom, self._address(run))
            if change is not None:
                yield change

    def erase(self, whom: People, note: Mapping[str, Any]) -> Iterator[Change]:
        """Send each run that holds one of them anew, and point to all of these at once."""
        names: dict[str, str] = {}
        changes = []
        mark, pointer = self._place.mark(), self._pointer()
        with told_plainly(self.name):
            for run in pointer.get("kept", ()):
                with self._fetched(run) as folder:
                    change = found_in(folder, whom, self._address(run))
                    if change is None:
                        continue
                    fresh = folder.with_name("fresh")
                    after = put_without(folder, fresh, whom, note)
                    names[run] = self._free_name(run, names.values())
                    self._place.send(fresh, names[run])
                    if run == pointer["run"]:
                        pointer["manifest"] = after
                changes.append(replace(change, after=after))
            if names:
                self._place.check()
                kept = [names.get(run, run) for run in pointer["kept"]]
                shown = names.get(pointer["run"], pointer["run"])
                self._place.point_to(shown, mark, kept, pointer["manifest"])
                self._clear()
        yield from changes

    def elsewhere(self, needle: Needle) -> Look:
        """Fetch every object below the prefix, and look through it."""
        look = Look((), 0)
        for name in self._store.names():
            with self._scratch() as folder:
                file = folder / name.rpartition("/")[2]
                self._store.fetch(name, file)
                found = look_at([file], needle)
            look += Look(
                tuple(
                    replace(trace, path=trace.path.replace(str(file), f"{self.name}/{name}", 1))
                    for trace in found.traces
                ),
                found.looked_at,
                tuple(f"{self.name}/{name}" for _ in found.unread),
            )
        return look + Look(tuple(self._older_versions()), 0)

    def _older_versions(self) -> Iterator[Trace]:
        where = self._address("")
        try:
            n = len(self._store.old_versions(f"{RUNS}/"))
        except PtmlError:
            yield Trace(where, "may hold older versions, which could not be listed", 1)
            return
        if n:
            yield Trace(where, "older versions of objects that were removed", n)

    def _clear(self) -> None:
        """Remove all runs that nobody points to, to the last version, and unfinished uploads."""
        self._store.drop_uploads(f"{RUNS}/")
        self._place.sweep(self._kept())
        # Without the right to it, or in a store that knows none, they stay and are told as left.
        with suppress(PtmlError):
            self._store.remove_versions(self._store.old_versions(f"{RUNS}/"))

    def _kept(self) -> list[str]:
        return list(self._pointer().get("kept", ()))

    def _pointer(self) -> dict[str, Any]:
        """What the pointer says; empty where no run was finished yet.

        Raises
        ------
        DataError
            When it is damaged: what it does not name would be removed.
        """
        told = self._place.pointer()
        if told is None:
            raise DataError(f"current.json in {self.name} is damaged; publish the run again")
        return told

    def _free_name(self, run: str, taken: Collection[str]) -> str:
        """A folder that no other writer will use: the number of the lock is in it."""
        run_id, number = run.partition(".")[0], self._place.number
        names = (f"{run_id}.{n}" for n in (number, *(number * _COPIES + k for k in range(99))))
        return next(name for name in names if name not in taken)

    def _address(self, run: str) -> str:
        return f"{self.name}/{RUNS}/{run}".rstrip("/")

    @contextmanager
    def _fetched(self, run: str) -> Iterator[Path]:
        """A run in a folder of this machine; who reads it there holds it against its hashes."""
        with self._scratch() as scratch:
            folder = scratch / "run"
            folder.mkdir()
            for name, listed in self._store.names(f"{RUNS}/{run}/").items():
                self._store.fetch(name, folder / name.rpartition("/")[2], listed)
            if not (folder / MANIFEST).exists():
                raise TryAgainError(f"{self._address(run)} was removed meanwhile; run again")
            pointer = self._pointer()
            told = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
            if run == pointer["run"] and told != pointer["manifest"]:
                raise DataError(f"{MANIFEST} in {self._address(run)} changed after writing")
            yield folder

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        work = self._place.work
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_ERASING, dir=work) as scratch:
            yield Path(scratch)
