"""Tables that lie in files without their date, which their folder's name holds."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.manifest import MANIFEST
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, TryAgainError, UsageError
from ptml.publish.config import PublishConfig
from ptml.publish.form import Form
from ptml.publish.place import local_lock

# What is not for readers: names that begin with a dot are passed over by Spark and pyarrow.
WORK = ".publishing"
DATE = "as_of"
_MARKS = {Form.folder: "current", Form.dataset: f"{DATE}=*", Form.delta: "*/_delta_log"}


@dataclass(frozen=True)
class FolderWithWork:
    """A folder to publish to in which what is being written, and the lock, lie out of sight."""

    folder: Path
    config: PublishConfig
    form: ClassVar[Form]

    @property
    def out(self) -> str:
        """The place as the user named it."""
        return f"{self.form}:{self.folder}"

    @property
    def lock(self) -> Path:
        """The file by which one publisher at a time is let in."""
        return self.folder / WORK / "lock"

    @property
    def staging(self) -> Path:
        """The hidden folder of the run that is being written."""
        return self.folder / WORK / "unfinished"

    def alone(self) -> AbstractContextManager[None]:
        """Hold the place for one publisher."""
        return local_lock(self.lock, self.out)


def refuse_other_forms(out: Path, form: Form) -> None:
    """Refuse a folder that holds runs of another form, or trained models.

    Raises
    ------
    UsageError
        Naming what is there.
    """
    if (out / MANIFEST).exists():
        raise UsageError(
            f"--out {form}:{out} holds trained models; publish to another folder, or they could"
            " not be used any more"
        )
    for other, mark in _MARKS.items():
        if other is not form and any(out.glob(mark)):
            raise UsageError(
                f"--out {form}:{out} holds runs that were published as a {other};"
                " name another folder, or the form of the one that is there"
            )


def without_date(schema: pa.Schema) -> pa.Schema:
    """The columns that stand in the files of a table."""
    return schema.remove(schema.get_field_index(DATE))


def read_parts(paths: Sequence[Path], name: str, as_of: str, where: str) -> pa.Table:
    """Put a table of the contract together again, with its date.

    Raises
    ------
    TryAgainError
        When a file is gone: another run took this one's place.
    DataError
        When a file cannot be read.
    """
    schema = OUTPUT_TABLES[name].arrow_schema
    pieces = []
    for path in paths:
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                pieces.append(file.read().cast(without_date(schema)))
        except FileNotFoundError as error:
            raise TryAgainError(f"another run took the place of {where}; read it again") from error
        except (OSError, pa.ArrowInvalid) as error:
            raise DataError(
                f"{name} in {where} is damaged ({error}); publish the run again"
            ) from error
    table = pa.concat_tables(pieces) if pieces else without_date(schema).empty_table()
    day = pa.repeat(pa.scalar(date.fromisoformat(as_of), pa.date32()), len(table))
    return table.append_column(DATE, day).select(schema.names).cast(schema)
