"""A Delta Lake: one Delta table a table of the contract, a partition a date, and a pointer.

OUT/TABLE/_delta_log, OUT/TABLE/as_of=2026-10-02/   Delta tables, for any engine that reads them
OUT/current.json                                    which version of each table is the newest run

Delta commits a table at a time. Between the first and the last commit of a run the newest versions
are of two runs; who goes by `current.json` sees one. It is replaced in one step after the last
commit, and holds the hash of every file, which Delta itself does not.
"""

import errno
import importlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.durable import flush, sha256_of
from ptml.contracts.manifest import FILES, MANIFEST, sealed, sealed_text
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, PtmlError, TryAgainError, UsageError
from ptml.publish.form import Form
from ptml.publish.parts import DATE, WORK, FolderWithWork, read_parts, refuse_other_forms
from ptml.publish.place import nothing_in
from ptml.publish.tables import PublishedRun

POINTER = "current.json"
_LAST = "runs"
_GROUP_ROWS = 131_072
_REMEDY = "publish the run again"


@dataclass(frozen=True)
class DeltaLake(FolderWithWork):
    """A folder of Delta tables to publish to."""

    form = Form.delta

    def prepare(self) -> None:
        """Refuse a folder that holds a run of another form.

        Raises
        ------
        UsageError
            Naming what is in the way, or that `deltalake` is not installed.
        """
        delta_library()
        refuse_other_forms(self.folder, Form.delta)

    def show(self, staged: Path, run_id: str) -> None:
        """Commit every table, `runs` last, and then point to these versions."""
        about = sealed_pointer(staged / MANIFEST)
        as_of = str(about["as_of"])
        names = sorted(OUTPUT_TABLES, key=lambda name: name == _LAST)
        _refuse_without_room(staged, self.folder)
        with told_of_delta(self.out):
            versions = {name: self._commit(staged, name, as_of, run_id) for name in names}
            paths = [path for name in names for path in self._made_durable(name, as_of)]
        hashes = {path.relative_to(self.folder).as_posix(): sha256_of(path) for path in paths}
        self.point_to({**about, "versions": versions, FILES: hashes})
        # The run is shown; what could not be cleared away is cleared by the next one.
        with suppress(PtmlError, OSError), told_of_delta(self.out):
            self._sweep(as_of)

    def _commit(self, staged: Path, name: str, as_of: str, run_id: str) -> int:
        """Put the date's rows of a table in the place of those before, in one commit."""
        delta, table = delta_library(), str(self.folder / name)
        is_there = delta.DeltaTable.is_deltatable(table)
        with pq.ParquetFile(staged / f"{name}.parquet", page_checksum_verification=True) as file:
            delta.write_deltalake(
                table,
                pa.RecordBatchReader.from_batches(
                    file.schema_arrow, file.iter_batches(_GROUP_ROWS)
                ),
                partition_by=[DATE],
                mode="overwrite" if is_there else "error",
                predicate=f"{DATE} = '{as_of}'" if is_there else None,
                schema_mode="merge" if is_there else None,
                name=name,
                commit_properties=delta.CommitProperties(custom_metadata={"run_id": run_id}),
                writer_properties=delta.WriterProperties(compression="ZSTD"),
            )
        return int(delta.DeltaTable(table).version())

    def _made_durable(self, name: str, as_of: str) -> list[Path]:
        """The files of a date; Delta leaves it to the system when they reach the disk."""
        folder = self.folder / name
        table = delta_library().DeltaTable(str(folder))
        paths = [folder / path for path, day in files_of(table) if day == as_of]
        log = folder / "_delta_log"
        folders = {path.parent for path in paths}
        for path in (*paths, *folders, log / f"{table.version():020}.json", log, folder):
            flush(path)
        return sorted(paths)

    def point_to(self, about: Mapping[str, Any]) -> None:
        """Replace `current.json` in one step, sealed."""
        fresh = self.folder / WORK / POINTER
        fresh.write_text(sealed_text(about), encoding="utf-8")
        flush(fresh)
        fresh.replace(self.folder / POINTER)
        flush(self.folder)

    def _sweep(self, shown: str) -> None:
        """Take dates that are too old out of the tables, and remove files that nothing uses."""
        vacuum = {
            "retention_hours": self.config.vacuum_hours,
            "enforce_retention_duration": False,
            "full": True,
        }
        for name in OUTPUT_TABLES:
            table = delta_library().DeltaTable(str(self.folder / name))
            days = sorted({day for _, day in files_of(table)}, reverse=True)
            old = days[self.config.kept_dates :] if self.config.kept_dates else []
            if gone := " OR ".join(f"{DATE} = '{day}'" for day in old if day != shown):
                table.delete(gone)
            # Asked first: a vacuum writes two commits even where there is nothing to remove.
            if table.vacuum(dry_run=True, **vacuum):
                table.vacuum(dry_run=False, **vacuum)


def read_delta(folder: Path) -> PublishedRun:
    """Read the run that is pointed to; a table's hashes are checked when it is looked up.

    Raises
    ------
    UsageError
        When nothing was published there.
    DataError
        When a file is not what was written.
    TryAgainError
        When its files are gone: too old, or rewritten by a compaction.
    """
    try:
        about = sealed_pointer(folder / POINTER)
    except (FileNotFoundError, NotADirectoryError):
        raise nothing_in(f"{Form.delta}:{folder}") from None
    hashes = about[FILES]

    def read(name: str) -> pa.Table:
        files = [file for file in sorted(hashes) if file.startswith(f"{name}/")]
        for file in files:
            hold_against(folder / file, hashes[file])
        return read_parts([folder / file for file in files], name, about[DATE], str(folder))

    return PublishedRun.of(about, read)


def hold_against(path: Path, wanted: str) -> None:
    """See that a file is what was written: its hash."""
    try:
        found = sha256_of(path)
    except FileNotFoundError:
        raise TryAgainError(
            f"{path} is gone: another run took this one's place, or the table was compacted; read"
            f" it again, or {_REMEDY}"
        ) from None
    if found != wanted:
        raise DataError(f"{path} changed after writing; {_REMEDY}")


def files_of(table: Any) -> list[tuple[str, str]]:
    """Path below the table and date of each file that its newest version uses."""
    found = pa.table(table.get_add_actions(flatten=True))
    days = [day.isoformat() for day in found[f"partition.{DATE}"].to_pylist()]
    return list(zip(found["path"].to_pylist(), days, strict=True))


def sealed_pointer(path: Path) -> dict[str, Any]:
    """Read what is sealed; damage is told as such."""
    about = sealed(path.read_bytes())
    if about is None:
        raise DataError(f"{path} is damaged; {_REMEDY}")
    return about


def _refuse_without_room(staged: Path, folder: Path) -> None:
    # Delta's threads end in a stack trace where the disk fills up under them.
    needed = sum(path.stat().st_size for path in staged.iterdir())
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def delta_library() -> Any:
    """Give `deltalake`, or say how it is installed."""
    try:
        return importlib.import_module("deltalake")
    except ModuleNotFoundError:
        raise UsageError(
            f"--out {Form.delta}:FOLDER needs deltalake: pip install 'ptml[delta]'"
        ) from None


@contextmanager
def told_of_delta(out: str) -> Iterator[None]:
    """Turn what Delta says into one line."""
    errors = importlib.import_module("deltalake.exceptions")
    try:
        yield
    except errors.CommitFailedError as error:
        raise TryAgainError(
            f"{out} was written to by another program ({_first_line(error)}); run again"
        ) from error
    except (errors.DeltaError, errors.SchemaMismatchError) as error:
        said = _first_line(error)
        if "space" in said.lower() or "os error 28" in str(error):
            raise OSError(errno.ENOSPC, said) from error
        raise UsageError(f"--out {out} cannot be written ({said})") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
