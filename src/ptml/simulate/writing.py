"""Write tables piece by piece into a folder that appears only when it is whole."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ptml.errors import UsageError

Columns = Mapping[str, Any]


class TableWriter:
    """Appends pieces to TABLE.parquet or TABLE.csv files of a folder."""

    def __init__(self, folder: Path, file_format: Literal["parquet", "csv"]) -> None:
        self._folder = folder
        self._format = file_format
        self._open: dict[str, Any] = {}

    def append(self, name: str, columns: Columns) -> None:
        """Add rows to a table; every piece of a table has the same columns and types."""
        table = pa.table({name: _column(values) for name, values in columns.items()})
        if name not in self._open:
            path = self._folder / f"{name}.{self._format}"
            self._open[name] = (
                pq.ParquetWriter(path, table.schema, compression="zstd", write_page_checksum=True)
                if self._format == "parquet"
                else pa_csv.CSVWriter(path, table.schema)
            )
        self._open[name].write_table(table)

    def close(self) -> None:
        """Finish all files."""
        while self._open:
            self._open.popitem()[1].close()


def _column(values: Any) -> pa.Array:
    # A number that is not known is empty, not NaN.
    if isinstance(values, np.ndarray) and values.dtype.kind in "fM":
        return pa.array(values, from_pandas=True)
    return values if isinstance(values, pa.Array) else pa.array(values)


@contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """Give a folder to fill; it becomes `out` when the block ends well.

    Raises
    ------
    UsageError
        When `out` holds something already, or cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty; name a new folder or remove it first")
    work = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        work.mkdir(parents=True)
        yield work
        if out.exists():
            out.rmdir()
        work.rename(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
