"""Take people out of runs that lie in folders of this machine, one exchange of names a run."""

import os
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from ptml.contracts.durable import aside, flush, put_folder
from ptml.contracts.lock import writer_lock
from ptml.contracts.manifest import MANIFEST
from ptml.publish.erasing.people import Known, People
from ptml.publish.erasing.place import NOWHERE, Change
from ptml.publish.erasing.run import found_in, known_of, put_without, tables_of
from ptml.publish.erasing.tables import people_in
from ptml.publish.place import Place, told_plainly
from ptml.traces import Look, Needle

_BEFORE = re.compile(r"\.(.+)\.before")


class RunFolders(ABC):
    """The kept runs of a place on this machine.

    Parameters
    ----------
    place : Place
    folder : Path
        All of it.
    runs : Path
        The folder in which the runs lie.
    """

    def __init__(self, place: Place, folder: Path, runs: Path) -> None:
        self._place = place
        self._folder = folder
        self._in = runs
        self.name = str(place.out)

    @property
    @abstractmethod
    def _lock(self) -> Path:
        """The publisher's."""

    @abstractmethod
    def _fresh(self, run: Path) -> Path:
        """Where a run is written anew before it is exchanged."""

    @abstractmethod
    def _half(self) -> list[Path]:
        """What a killed publisher or erasure may have left."""

    @abstractmethod
    def earlier_runs(self) -> list[Path]:
        """Kept runs but the one that is shown."""

    def _renamed(self, file: Path, _: int) -> Path:
        return file

    @property
    def files(self) -> list[Path]:
        """All of the folder."""
        return [self._folder]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the publisher's lock, and remove what killed publishers and erasures left."""
        with told_plainly(self.name):
            self._lock.parent.mkdir(exist_ok=True)
            with writer_lock(self._lock, self.name):
                self._mend()
                yield

    def leftovers(self) -> list[str]:
        """The run that was being written when its publisher was killed."""
        staging = self._place.staging
        return [str(staging)] if staging.exists() else []

    def people(self) -> pa.ChunkedArray:
        """Ids in every table of every run."""
        return people_in(file for run in self._runs() for _, file in tables_of(run))

    def known(self, employee_ids: Collection[str]) -> Known:
        """Enrolments by the tables that name both, and ids that hold one of these."""
        found = Known()
        for run in self._runs():
            found |= known_of(run, employee_ids)
        return found

    def find(self, whom: People) -> Iterator[Change]:
        """Run by run, which tables hold them."""
        for run in self._runs():
            change = found_in(run, whom, str(run))
            if change is not None:
                yield change

    def erase(self, whom: People, note: Mapping[str, Any]) -> Iterator[Change]:
        """Exchange each run that holds one of them for one that does not."""
        for found in self.find(whom):
            with told_plainly(self.name):
                yield replace(found, after=self._exchange(Path(found.where), whom, note))

    def elsewhere(self, _: Needle) -> Look:
        """Nothing: all of it is in the folder."""
        return NOWHERE

    def _runs(self) -> list[Path]:
        return sorted(path.parent for path in self._in.glob(f"[!.]*/{MANIFEST}"))

    def _exchange(self, run: Path, whom: People, note: Mapping[str, Any]) -> str:
        fresh = self._fresh(run)
        after = put_without(run, fresh, whom, note, self._renamed)
        # Which runs are the newest, and which are too old, is told by their times.
        times = run.stat()
        for path in (*fresh.rglob("*"), fresh):
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        put_folder(fresh, run)
        for old in (fresh, aside(run)):
            with suppress(FileNotFoundError):
                shutil.rmtree(old)
        flush(fresh.parent)
        flush(run.parent)
        return after

    def _mend(self) -> None:
        if not self._in.is_dir():
            return
        for path in sorted(self._in.glob(".*")):
            before = _BEFORE.fullmatch(path.name)
            if before and not (self._in / before[1]).exists():
                path.rename(self._in / before[1])
            elif before:
                shutil.rmtree(path)
        for path in self._half():
            remove_whole(path)
        flush(self._in)


def remove_whole(folder: Path) -> None:
    """Remove a folder of half a run where there is one; it is told if it stays."""
    if folder.is_dir():
        shutil.rmtree(folder)
