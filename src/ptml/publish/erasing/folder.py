"""Take a person out of the runs of a folder: each is written anew beside and then exchanged.

    OUT/runs/.RUN_ID.erasing   the run without the person, and after the exchange the one before

A killed erasure leaves every run readable, with the person or without; the next one goes on.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ptml.contracts.durable import aside, flush, put_folder
from ptml.contracts.lock import writer_lock
from ptml.contracts.manifest import MANIFEST, read_manifest, write_manifest
from ptml.errors import DataError
from ptml.publish.erasing.manifest import digest, with_erasure
from ptml.publish.erasing.person import Person, cut
from ptml.publish.erasing.place import Change, Known
from ptml.publish.folder import CURRENT, RUNS, Folder
from ptml.publish.place import told_plainly

_ERASING = ".erasing"
_REMEDY = "remove the run, then erase again"
_BEFORE = re.compile(r"\.(.+)\.before")


class ErasableFolder:
    """The kept runs of a folder that `ptml score` publishes to."""

    def __init__(self, out: Path) -> None:
        self._place = Folder(out)
        self.name = str(out)

    @property
    def files(self) -> list[Path]:
        """All of the folder."""
        return [self._place.out]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the publisher's lock, and remove what killed publishers and erasures left."""
        with told_plainly(self._place.out), writer_lock(self._place.lock, self.name):
            self._mend()
            yield

    def leftovers(self) -> list[str]:
        """The run that was being written when its publisher was killed."""
        staging = self._place.staging
        return [str(staging)] if staging.exists() else []

    def people(self) -> pa.ChunkedArray:
        """Ids in every table of every run."""
        files = [file for run in self._runs() for file in sorted(run.glob("*.parquet"))]
        parts = [
            pc.unique(_read(file, ["employee_id"])["employee_id"])
            for file in files
            if "employee_id" in pq.read_schema(file).names
        ]
        return pa.chunked_array(parts, pa.string())

    def known(self, employee_id: str) -> Known:
        """Enrolments by the tables that name both, and ids that hold this one."""
        found = Known()
        for run in self._runs():
            # What is damaged is neither searched nor sealed again.
            read_manifest(run, _REMEDY)
            for file in sorted(run.glob("*.parquet")):
                found |= _known(file, employee_id)
        return found

    def find(self, person: Person) -> Iterator[Change]:
        """Run by run, which tables hold the person."""
        for run in self._runs():
            counts = {file.stem: _count(file, person) for file in sorted(run.glob("*.parquet"))}
            rows = {name: n for name, (n, _) in counts.items() if n}
            named = {name: n for name, (_, n) in counts.items() if n}
            if rows or named:
                yield Change(str(run), rows, named, digest(_text(run)))

    def erase(self, person: Person, note: Mapping[str, Any]) -> Iterator[Change]:
        """Exchange each run that holds the person for one that does not."""
        for found in self.find(person):
            run = Path(found.where)
            with told_plainly(self._place.out):
                yield replace(found, after=_exchange(run, person, note))

    def earlier_runs(self) -> list[Path]:
        """Kept runs but the one that is shown."""
        shown = (self._place.out / CURRENT).resolve()
        return [run for run in self._runs() if run.resolve() != shown]

    def _runs(self) -> list[Path]:
        runs = self._place.out / RUNS
        return sorted(path.parent for path in runs.glob(f"[!.]*/{MANIFEST}"))

    def _mend(self) -> None:
        runs = self._place.out / RUNS
        if not runs.is_dir():
            return
        for path in sorted(runs.glob(".*")):
            before = _BEFORE.fullmatch(path.name)
            if before and not (runs / before[1]).exists():
                path.rename(runs / before[1])
            elif before or path.name.endswith(_ERASING) or path == self._place.staging:
                shutil.rmtree(path)
        flush(runs)


def _text(run: Path) -> str:
    return (run / MANIFEST).read_text(encoding="utf-8")


def _read(file: Path, columns: list[str]) -> pa.Table:
    try:
        return pq.read_table(file, columns=columns, page_checksum_verification=True)
    except OSError as error:
        raise DataError(f"{file} is damaged ({error}); remove its run, then erase again") from error


def _known(file: Path, employee_id: str) -> Known:
    names = pq.read_schema(file).names
    columns = [name for name in ("employee_id", "enrolment_id") if name in names]
    if "employee_id" not in columns:
        return Known()
    rows = _read(file, columns)
    is_theirs = pc.equal(rows["employee_id"], employee_id)
    own = set(rows.filter(is_theirs)["enrolment_id"].to_pylist()) if len(columns) > 1 else set()
    others: set[str] = set()
    of_others = rows.filter(pc.invert(is_theirs))
    for column in columns:
        ids = pc.unique(of_others[column])
        others |= {
            text
            for word in (employee_id, *own)
            for text in ids.filter(pc.match_substring(ids, word)).to_pylist()
        }
    return Known(frozenset(own), frozenset(others))


def _count(file: Path, person: Person) -> tuple[int, int]:
    """Rows that are the person's, and values in other people's rows that name the person."""
    found = [cut(file.stem, rows, person) for rows in _groups(file)]
    return sum(one.n_rows for one in found), sum(one.n_named for one in found)


def _groups(file: Path) -> Iterator[pa.Table]:
    """A table row group by row group: memory is that of a piece."""
    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as opened:
            for k in range(opened.num_row_groups):
                yield opened.read_row_group(k)
    except OSError as error:
        raise DataError(f"{file} is damaged ({error}); remove its run, then erase again") from error


def _exchange(run: Path, person: Person, note: Mapping[str, Any]) -> str:
    """Put the run without the person in its place; gives the hash of the new manifest."""
    about = read_manifest(run, _REMEDY)
    about.pop("sha256")
    fresh = run.with_name(f".{run.name}{_ERASING}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    gone = {
        file.stem: _rewrite(file, fresh / file.name, person)
        for file in sorted(run.iterdir())
        if file.name != MANIFEST
    }
    write_manifest(fresh, with_erasure(about, _text(run), gone, note))
    # Which runs are the newest is told by their times.
    times = run.stat()
    os.utime(fresh, ns=(times.st_atime_ns, times.st_mtime_ns))
    put_folder(fresh, run)
    for old in (fresh, aside(run)):
        with suppress(FileNotFoundError):
            shutil.rmtree(old)
    flush(run.parent)
    return digest(_text(run))


def _rewrite(file: Path, fresh: Path, person: Person) -> int:
    """A table without the person, row group by row group; one without them is copied as it is."""
    if file.suffix != ".parquet" or _count(file, person) == (0, 0):
        shutil.copy2(file, fresh)
        return 0
    n_rows = 0
    with pq.ParquetWriter(
        fresh, pq.read_schema(file), compression="zstd", write_page_checksum=True
    ) as new:
        for rows in _groups(file):
            found = cut(file.stem, rows, person)
            new.write_table(found.rows)
            n_rows += found.n_rows
    return n_rows
