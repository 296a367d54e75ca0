"""From the checked data set to coded arrays: one SQL query a log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.ids import IdMap
from ptml.features.days import NEVER


def day(column: str) -> str:
    """SQL for a date as days since 1970-01-01, `NEVER` where it is empty."""
    return f"coalesce(date_diff('day', DATE '1970-01-01', {column}), {NEVER})::INTEGER"


def number(column: str) -> str:
    """SQL for a number as float32, NaN where it is empty."""
    return f"coalesce({column}, 'NaN'::DOUBLE)::FLOAT"


def code_of(column: str, values: Sequence[str]) -> str:
    """SQL for the position of a value in a fixed list, -1 where it is empty."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"(coalesce(list_position([{listed}], {column}), 0) - 1)::INTEGER"


@dataclass(frozen=True, eq=False)
class CodedTables:
    """A cursor of its own on checked tables, with id maps as tables ``coded_NAME``.

    Each has the columns `id` and `code`.
    """

    cursor: duckdb.DuckDBPyConnection

    @classmethod
    def of(cls, dataset: Dataset, maps: Mapping[str, IdMap]) -> Self:
        """Open a cursor on a data set that knows the id maps by name."""
        return cls(_with_maps(dataset.connection.cursor(), maps))

    @classmethod
    def in_memory(cls, tables: Mapping[str, pa.Table], maps: Mapping[str, IdMap]) -> Self:
        """Make a database of tables at hand that knows the id maps by name."""
        connection = duckdb.connect(":memory:")
        for name, table in tables.items():
            connection.register(name, table)
        return cls(_with_maps(connection, maps))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cursor.close()

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        """Run a query whose columns hold no NULL; give its columns as arrays."""
        found = self.cursor.execute(sql).fetchnumpy()
        return {name: np.asarray(values) for name, values in found.items()}


def _with_maps(
    cursor: duckdb.DuckDBPyConnection, maps: Mapping[str, IdMap]
) -> duckdb.DuckDBPyConnection:
    for name, ids in maps.items():
        cursor.register(f"coded_{name}", ids.table)
    return cursor


def ids_of(dataset: Dataset, sql: str) -> IdMap:
    """Make the id map of the first column that a query gives."""
    return IdMap.of(dataset.connection.cursor().execute(sql).fetchnumpy().popitem()[1])
