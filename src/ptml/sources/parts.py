"""Pieces of a Parquet table that can be read apart, each with the number of its first row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.raw import SOURCE_ROW
from ptml.errors import DataError

_BATCH_ROWS = 131_072


@dataclass(frozen=True)
class Part:
    """Some row groups of one file.

    Attributes
    ----------
    table : str
        The contract's table.
    path : str
        The file, as every reader of parts finds it.
    groups : tuple of int
        Row groups, in order.
    first_row : int
        Number of the first row among all of the table, from 1 in the order of files by name.
    n_rows : int
    """

    table: str
    path: str
    groups: tuple[int, ...]
    first_row: int
    n_rows: int

    def batches(self, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """Read columns, and each row's number as `source_row`.

        Raises
        ------
        DataError
            When the file cannot be read, or is not what it was when it was listed.
        """
        row = self.first_row
        try:
            with pq.ParquetFile(self.path, page_checksum_verification=True) as file:
                for batch in file.iter_batches(_BATCH_ROWS, list(self.groups), list(wanted)):
                    numbers = pa.array(np.arange(row, row + batch.num_rows, dtype=np.int64))
                    row += batch.num_rows
                    yield batch.append_column(SOURCE_ROW, numbers)
        except (pa.ArrowInvalid, OSError, IndexError) as error:
            raise DataError(f"{self.path} cannot be read as Parquet: {error}") from error


def parts_of(table: str, path: Path, max_rows: int) -> list[Part]:
    """List the parts of a Parquet file or of a folder of files, from their footers alone.

    Parameters
    ----------
    max_rows : int
        A part has no more rows than this, unless a single row group has.
    """
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    found, row = [], 1
    for file in files:
        about = pq.read_metadata(file)
        groups: list[int] = []
        first = row
        for group in range(about.num_row_groups):
            n = about.row_group(group).num_rows
            if groups and row + n - first > max_rows:
                found.append(Part(table, str(file), tuple(groups), first, row - first))
                groups, first = [], row
            groups.append(group)
            row += n
        if groups:
            found.append(Part(table, str(file), tuple(groups), first, row - first))
    return found
