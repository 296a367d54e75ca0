"""One Delta table without some people: its dates are written anew, and nothing of before stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from ptml.contracts.durable import flush
from ptml.contracts.manifest import FILES
from ptml.publish.delta import delta_library, files_of
from ptml.publish.erasing.people import People, cut
from ptml.publish.erasing.tables import count_in, groups_of
from ptml.publish.parts import DATE
from ptml.traces import look_at

_LOG = "_delta_log"
_LAST_CHECKPOINT = "_last_checkpoint"
_OPERATION = "ptml erase"


@dataclass(frozen=True)
class Shown:
    """What of a table the lake points to: the date, and its files."""

    day: str
    files: tuple[Path, ...]


def shown_of(name: str, about: Mapping[str, Any], folder: Path) -> Shown | None:
    """What `current.json` says of a table; None where it says nothing."""
    if not about:
        return None
    files = (folder / file for file in sorted(about[FILES]) if file.startswith(f"{name}/"))
    return Shown(str(about[DATE]), tuple(files))


class LakeTable:
    """A Delta table in a folder.

    Attributes
    ----------
    name : str
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = folder.name

    def is_there(self) -> bool:
        """Whether there is such a table."""
        return bool(delta_library().DeltaTable.is_deltatable(str(self._folder)))

    def version(self) -> int:
        """The newest one."""
        return int(self._opened().version())

    def files(self) -> list[Path]:
        """Files that the newest version uses."""
        return [self._folder / path for path, _ in files_of(self._opened())]

    def all_files(self) -> list[Path]:
        """Files of rows, those too that no version in use needs."""
        log = self._folder / _LOG
        return sorted(file for file in self._folder.rglob("*.parquet") if log not in file.parents)

    def names(self, whom: People) -> bool:
        """Whether any file or entry of the log names one of them."""
        return bool(look_at([self._folder], whom.needle).traces)

    def count(self, whom: People) -> tuple[int, int]:
        """Rows that are theirs in any date, and values in rows of others that name them."""
        found = [count_in(file, self.name, whom) for file in self.files()]
        return sum(n for n, _ in found), sum(n for _, n in found)

    def rewrite(self, whom: People, shown: Shown | None) -> int | None:
        """Put each date that names one of them in its own place without them, in one commit.

        What is shown is what the pointer says: a killed publisher may have committed another run.

        Returns
        -------
        int or None
            Rows that are gone from the date that is shown; None where nothing was rewritten.
        """
        days = self._days()
        meant = {} if shown is None else {shown.day: list(shown.files)}
        wanted = {
            day: files
            for day, files in {**days, **meant}.items()
            if sorted(days.get(day, ())) != sorted(files)
            or any(count_in(file, self.name, whom) != (0, 0) for file in files)
        }
        if not wanted:
            return None
        self._commit(wanted, whom)
        files = () if shown is None else wanted.get(shown.day, ())
        return sum(count_in(file, self.name, whom)[0] for file in files)

    def _commit(self, days: Mapping[str, Sequence[Path]], whom: People) -> None:
        delta = delta_library()
        schema = self._opened().to_pyarrow_dataset().schema
        delta.write_deltalake(
            str(self._folder),
            pa.RecordBatchReader.from_batches(schema, self._rows(days, whom, schema)),
            mode="overwrite",
            predicate=" OR ".join(f"{DATE} = '{day}'" for day in sorted(days)),
            commit_properties=delta.CommitProperties(custom_metadata={"by": _OPERATION}),
            writer_properties=delta.WriterProperties(compression="ZSTD"),
        )

    def _rows(
        self, days: Mapping[str, Sequence[Path]], whom: People, schema: pa.Schema
    ) -> Iterator[pa.RecordBatch]:
        for day, files in sorted(days.items()):
            stamp = pa.scalar(date.fromisoformat(day), pa.date32())
            for file in files:
                for group in groups_of(file):
                    yield from _shaped(cut(self.name, group, whom).rows, stamp, schema)

    def made_durable(self, day: str) -> list[Path]:
        """Flush the newest version; gives its files of a date."""
        log = self._folder / _LOG
        for path in (*self.files(), log / f"{self.version():020}.json", log, self._folder):
            flush(path)
        return sorted(self._days().get(day, ()))

    def forget_before(self) -> None:
        """Remove files that the newest version does not use, and the log up to it.

        Time travel to earlier versions ends here: they are what was to be erased.
        """
        version = self.version()
        log = self._folder / _LOG
        delta_library().DeltaTable(str(self._folder), version=version).create_checkpoint()
        for path in (*log.glob(f"{version:020}.checkpoint*"), log / _LAST_CHECKPOINT, log):
            flush(path)
        used = set(self.files())
        old = [file for file in self.all_files() if file not in used]
        # Readers begin at the checkpoint; its own commit stays, since writers look for it.
        old += [path for path in sorted(log.iterdir()) if _number(path) < version]
        for path in old:
            path.unlink(missing_ok=True)
        for folder in {log, self._folder, *(path.parent for path in old)}:
            flush(folder)

    def _days(self) -> dict[str, list[Path]]:
        days: dict[str, list[Path]] = {}
        for path, day in files_of(self._opened()):
            days.setdefault(day, []).append(self._folder / path)
        return days

    def _opened(self) -> Any:
        return delta_library().DeltaTable(str(self._folder))


def _number(path: Path) -> int:
    """The version that an entry of the log is of; beyond all for what is none."""
    digits = path.name.partition(".")[0]
    return int(digits) if digits.isdigit() else 1 << 63


def _shaped(rows: pa.Table, stamp: pa.Scalar, schema: pa.Schema) -> list[pa.RecordBatch]:
    """Rows with their date, and nothing where an older file has no such column."""
    n = len(rows)
    columns = {
        field.name: pa.repeat(stamp, n)
        if field.name == DATE
        else rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(n, field.type)
        for field in schema
    }
    batches: list[pa.RecordBatch] = pa.table(columns, schema=schema).to_batches()
    return batches
