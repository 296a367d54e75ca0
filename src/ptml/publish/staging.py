"""The run that is being written: Parquet files in a hidden folder, piece by piece."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ptml.contracts.manifest import write_manifest

# Values of a column that tell whether they repeat.
_LOOKED_AT = 4096


class Staging:
    """Holds one open file a table; memory is that of a piece, whatever the table's size.

    Parameters
    ----------
    folder : Path
        Made here; nothing else may be there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writers: dict[str, pq.ParquetWriter] = {}
        folder.mkdir(parents=True)

    def write(self, name: str, table: pa.Table) -> None:
        """Add rows to a table; the first piece fixes its columns."""
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self.folder / f"{name}.parquet",
                table.schema,
                # Looking up numbers that hardly repeat takes time, and makes files larger.
                use_dictionary=[n for n in table.column_names if _repeats(table[n])],
                compression="zstd",
                write_page_checksum=True,
            )
        self._writers[name].write_table(table)

    def finish(self, about: Mapping[str, Any]) -> None:
        """Close the files, make them durable and write their manifest last."""
        while self._writers:
            self._writers.popitem()[1].close()
        write_manifest(self.folder, about)

    def discard(self) -> None:
        """Remove what is left of a run that was not shown."""
        for writer in self._writers.values():
            _close_quietly(writer)
        shutil.rmtree(self.folder, ignore_errors=True)


def _repeats(column: pa.ChunkedArray) -> bool:
    first = column.slice(0, _LOOKED_AT)
    return 2 * pc.count_distinct(first, mode="all").as_py() <= len(first)


def _close_quietly(writer: pq.ParquetWriter) -> None:
    # On a full disk closing fails as writing did; the first error is the one to tell.
    try:
        writer.close()
    except OSError:
        return
