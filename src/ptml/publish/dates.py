"""A dataset by date: a folder a date with every table, as engines of warehouses read it.

OUT/as_of=2026-10-02/TABLE/part-00000-RUN_ID.parquet   all rows of the date, `as_of` in the path
OUT/as_of=2026-10-02/manifest.json                     inputs, rows and file hashes, written last
OUT/.publishing/                                       what is being written, and the lock

A date appears, and takes the place of the same date before, in one rename of its folder. The newest
run is the one of the latest date: the names are the pointer, so that nothing lies between.
"""

import re
import shutil
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.durable import put_folder
from ptml.contracts.manifest import FILES, MANIFEST, read_manifest, sealed, write_manifest
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError
from ptml.publish.form import Form
from ptml.publish.parts import WORK, FolderWithWork, read_parts, refuse_other_forms, without_date
from ptml.publish.place import nothing_in
from ptml.publish.tables import PublishedRun

_DATE_FOLDER = re.compile(r"as_of=(\d{4}-\d{2}-\d{2})")
_GROUP_ROWS = 131_072
_REMEDY = "publish the run again"


@dataclass(frozen=True)
class DateFolders(FolderWithWork):
    """A folder of dates to publish to."""

    form = Form.dataset

    def prepare(self) -> None:
        """Refuse a folder that holds a run of another form, and clear what a dead one left.

        Raises
        ------
        UsageError
            Naming what is in the way.
        """
        refuse_other_forms(self.folder, Form.dataset)
        for left in (self.folder / WORK).glob("as_of=*"):
            shutil.rmtree(left)

    def show(self, staged: Path, run_id: str) -> None:
        """Cut the run into parts, and put its date in the place of the same date before."""
        about = sealed((staged / MANIFEST).read_bytes())
        if about is None:
            raise DataError(f"{MANIFEST} in {staged} is damaged; {_REMEDY}")
        about.pop(FILES)
        fresh = self.folder / WORK / f"as_of={about['as_of']}"
        try:
            for name in OUTPUT_TABLES:
                _write_parts(staged, name, fresh / name, run_id, self.config.part_rows)
            write_manifest(fresh, about)
            put_folder(fresh, self.folder / fresh.name)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        self._sweep(about["as_of"])

    def _sweep(self, shown: str) -> None:
        kept = self.config.kept_dates
        for day in sorted(dates_in(self.folder), reverse=True)[kept:] if kept else ():
            if day != shown:
                shutil.rmtree(self.folder / f"as_of={day}", ignore_errors=True)


def dates_in(out: Path) -> list[str]:
    """The dates that a folder holds whole runs of, unsorted."""
    found = (_DATE_FOLDER.fullmatch(path.name) for path in out.glob("as_of=*"))
    return [day[1] for day in found if day]


def newest_date(out: Path) -> Path:
    """The folder of the latest date.

    Raises
    ------
    UsageError
        When there is none.
    """
    days = dates_in(out)
    if not days:
        raise nothing_in(f"dataset:{out}")
    return out / f"as_of={max(days)}"


def _write_parts(staged: Path, name: str, folder: Path, run_id: str, part_rows: int) -> None:
    """Copy a table without its date; the run's id is in the names of the parts.

    Who listed the run before must not find another one's rows under the names that it saw.
    """
    folder.mkdir(parents=True)
    group_rows = min(_GROUP_ROWS, part_rows)
    with pq.ParquetFile(staged / f"{name}.parquet", page_checksum_verification=True) as file:
        schema = without_date(file.schema_arrow)
        batches = file.iter_batches(group_rows, columns=schema.names)
        for index in count():
            part = islice(batches, part_rows // group_rows)
            first = next(part, None)
            if first is None and index:
                return
            with pq.ParquetWriter(
                folder / f"part-{index:05}-{run_id}.parquet",
                schema,
                compression="zstd",
                write_page_checksum=True,
            ) as writer:
                for batch in chain(() if first is None else (first,), part):
                    writer.write_batch(batch)


def read_dates(out: Path) -> PublishedRun:
    """Read the run of the latest date; its files' hashes are checked here.

    Raises
    ------
    UsageError
        When there is none.
    DataError
        When a file is not what was written.
    TryAgainError
        When another run took this one's place meanwhile.
    """
    run = newest_date(out)
    about = read_manifest(run, _REMEDY)

    def read(name: str) -> pa.Table:
        parts = [run / file for file in sorted(about[FILES]) if file.startswith(f"{name}/")]
        return read_parts(parts, name, about["as_of"], str(run))

    return PublishedRun.of(about, read)
