"""The tables of a published run, each read when it is asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa

from ptml.contracts.outputs import OUTPUT_TABLES


class LazyTables(Mapping[str, pd.DataFrame]):
    """Output tables by name; a table is read once, when it is first looked up.

    Parameters
    ----------
    read : callable
        Gives a table of the run as Arrow.
    """

    def __init__(self, read: Callable[[str], pa.Table]) -> None:
        self._read = read
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in OUTPUT_TABLES:
            raise KeyError(name)
        if name not in self._frames:
            self._frames[name] = self._read(name).to_pandas()
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(OUTPUT_TABLES)

    def __len__(self) -> int:
        return len(OUTPUT_TABLES)


@dataclass(frozen=True)
class PublishedRun:
    """One published run.

    Attributes
    ----------
    about : mapping
        Its manifest: inputs, models, settings, rows of each table.
    arrow : callable
        Gives an output table as a `pyarrow.Table`, read anew at each call.
    tables : mapping of str to DataFrame
        Every output table of the contract, read when it is looked up.
    files : mapping of str to Path
        Parquet file of each table, where a table is one; for who wants a part of it.
    """

    about: Mapping[str, Any]
    arrow: Callable[[str], pa.Table]
    tables: Mapping[str, pd.DataFrame]
    files: Mapping[str, Path]

    @classmethod
    def of(
        cls,
        about: Mapping[str, Any],
        read: Callable[[str], pa.Table],
        files: Mapping[str, Path] = MappingProxyType({}),
    ) -> "PublishedRun":
        """A run whose tables the callable reads."""
        return cls(about, read, LazyTables(read), files)
