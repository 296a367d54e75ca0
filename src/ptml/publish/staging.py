"""The run that is being written: Parquet files in a hidden folder, piece by piece."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from ptml.contracts.manifest import write_manifest
from ptml.publish.glued import Glued
from ptml.publish.pieces import encoded


class Staging:
    """Holds one open file a table; memory is that of a piece, whatever the table's size.

    Parameters
    ----------
    folder : Path
        Made here; nothing else may be there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, Glued] = {}
        folder.mkdir(parents=True)

    def write(self, name: str, table: pa.Table) -> None:
        """Add rows to a table; the first piece fixes its columns."""
        self.append(name, encoded(table))

    def append(self, name: str, piece: bytes) -> int:
        """Add rows that are a Parquet file already (`encoded`); gives how many they are."""
        if name not in self._files:
            self._files[name] = Glued(self.folder / f"{name}.parquet")
        return self._files[name].append(piece)

    def finish(self, about: Mapping[str, Any]) -> None:
        """Close the files, make them durable and write their manifest last."""
        while self._files:
            self._files.popitem()[1].finish()
        write_manifest(self.folder, about)

    def discard(self) -> None:
        """Remove what is left of a run that was not shown."""
        for file in self._files.values():
            _close_quietly(file)
        shutil.rmtree(self.folder, ignore_errors=True)


def _close_quietly(file: Glued) -> None:
    # On a full disk closing fails as writing did; the first error is the one to tell.
    try:
        file.close()
    except OSError:
        return
