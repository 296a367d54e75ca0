"""Take people out of a Delta Lake: out of its tables, its log and its old files.

Every date that names one of them is written anew, one commit a table. Then `current.json` is
replaced in one step, and points to these versions. Only then do the old files go, and with them the
entries of the log before, whose statistics hold least and greatest ids: a checkpoint of the version
that is pointed to stands for them. Who goes by `current.json` sees the run before or the run after.

A killed erasure leaves both readable till the pointer is replaced; the next one goes on.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from ptml.contracts.durable import sha256_of
from ptml.contracts.lock import writer_lock
from ptml.contracts.manifest import FILES
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.publish.config import PublishConfig
from ptml.publish.delta import POINTER, DeltaLake, hold_against, sealed_pointer, told_of_delta
from ptml.publish.erasing.lake_table import LakeTable, shown_of
from ptml.publish.erasing.manifest import digest, with_erasure
from ptml.publish.erasing.people import Known, People
from ptml.publish.erasing.place import NOWHERE, Change
from ptml.publish.erasing.runs import remove_whole
from ptml.publish.erasing.tables import known_in, people_in
from ptml.publish.parts import DATE
from ptml.publish.place import told_plainly
from ptml.traces import Look, Needle


class ErasableLake:
    """The Delta tables of a folder that `ptml score` publishes to."""

    def __init__(self, out: Path) -> None:
        self._lake = DeltaLake(out, PublishConfig())
        self.name = self._lake.out

    @property
    def files(self) -> list[Path]:
        """All of the folder."""
        return [self._lake.folder]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the publisher's lock, and remove what a killed publisher left."""
        with told_plainly(self.name):
            self._lake.lock.parent.mkdir(exist_ok=True)
            with writer_lock(self._lake.lock, self.name):
                remove_whole(self._lake.staging)
                yield

    def leftovers(self) -> list[str]:
        """The run that was being written when its publisher was killed."""
        staging = self._lake.staging
        return [str(staging)] if staging.exists() else []

    def people(self) -> pa.ChunkedArray:
        """Ids in every date of every table."""
        files = [file for table in self._tables() for file in table.files()]
        with told_of_delta(self.name):
            return people_in(files)

    def known(self, employee_ids: Collection[str]) -> Known:
        """Enrolments by the tables that name both, and ids that hold one of these."""
        for file, wanted in self._about().get(FILES, {}).items():
            # What is damaged is neither searched nor sealed again.
            hold_against(self._lake.folder / file, wanted)
        found = Known()
        with told_of_delta(self.name):
            # Old files too: an enrolment may stand in nothing else any more.
            for table in self._tables():
                for file in table.all_files():
                    found |= known_in(file, employee_ids)
        return found

    def find(self, whom: People) -> Iterator[Change]:
        """Which tables name them, in any date; one change for the lake, or none."""
        change = self._change([table for table in self._tables() if table.names(whom)], whom)
        if change is not None:
            yield change

    def erase(self, whom: People, note: Mapping[str, Any]) -> Iterator[Change]:
        """Write the dates anew that name them, point to that, and let what was before go."""
        tables = [table for table in self._tables() if table.names(whom)]
        change = self._change(tables, whom)
        if change is None:
            return
        with told_plainly(self.name), told_of_delta(self.name):
            about = self._about()
            rewritten = [
                table.rewrite(whom, shown_of(table.name, about, self._lake.folder))
                for table in tables
            ]
            after = self._point_to(about, tables, rewritten, note) if about else ""
            for table in tables:
                table.forget_before()
        yield Change(change.where, change.rows, change.named, change.before, after)

    def _change(self, tables: Sequence[LakeTable], whom: People) -> Change | None:
        counts = {table.name: table.count(whom) for table in tables}
        rows = {name: n for name, (n, _) in counts.items() if n}
        named = {name: n for name, (_, n) in counts.items() if n}
        return Change(self.name, rows, named, self._digest()) if tables else None

    def _point_to(
        self,
        about: dict[str, Any],
        tables: Sequence[LakeTable],
        rewritten: Sequence[int | None],
        note: Mapping[str, Any],
    ) -> str:
        names = [table.name for table in tables]
        kept = {f: h for f, h in about[FILES].items() if f.partition("/")[0] not in names}
        fresh = [path for table in tables for path in table.made_durable(about[DATE])]
        hashes = {path.relative_to(self._lake.folder).as_posix(): sha256_of(path) for path in fresh}
        told = {**about, FILES: {**kept, **hashes}}
        told["versions"] = {**about["versions"], **{t.name: t.version() for t in tables}}
        if any(n is not None for n in rewritten):
            gone = {name: n or 0 for name, n in zip(names, rewritten, strict=True)}
            told = with_erasure(told, self._text(), gone, note)
        self._lake.point_to(told)
        return self._digest()

    def _tables(self) -> list[LakeTable]:
        found = (LakeTable(self._lake.folder / name) for name in OUTPUT_TABLES)
        return [table for table in found if table.is_there()]

    def _about(self) -> dict[str, Any]:
        """What the pointer says; empty where no run was finished yet."""
        pointer = self._lake.folder / POINTER
        return sealed_pointer(pointer) if pointer.exists() else {}

    def _text(self) -> str:
        return (self._lake.folder / POINTER).read_text(encoding="utf-8")

    def _digest(self) -> str:
        return digest(self._text()) if self._about() else ""

    def elsewhere(self, _: Needle) -> Look:
        """Nothing: all of it is in the folder."""
        return NOWHERE
