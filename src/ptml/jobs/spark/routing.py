"""Which bucket a raw row belongs to, by the hash of its person's id as the contract reads it."""

from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import person_hash
from ptml.contracts.reading import read_values
from ptml.features.bucket import Bucket

Buckets = NDArray[np.int32]
_HALVES = "md5_number_upper(id) AS upper, md5_number_lower(id) AS lower"


class Router:
    """Hashes ids in DuckDB, as the local engine does.

    Parameters
    ----------
    count : int
        Number of buckets.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._connection = duckdb.connect(":memory:", config={"threads": 1})

    def buckets(self, table: str, rows: pa.Table, column: str = "employee_id") -> Buckets:
        """The bucket of each row; 0 for one whose id cannot be read, which is set aside there."""
        number = Bucket.sql_of_hash(person_hash("id"), self.count)
        found = self._ask(
            f"SELECT coalesce({number}, 0)::INTEGER AS bucket FROM asked",
            key_text(table, rows, column),
        )
        return np.asarray(found["bucket"], dtype=np.int32)

    def hashes(self, ids: pa.Array) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Upper and lower halves of the hash of each id; none may be empty."""
        found = self._ask(f"SELECT {_HALVES} FROM asked", ids)
        return np.asarray(found["upper"], np.uint64), np.asarray(found["lower"], np.uint64)

    def _ask(self, sql: str, ids: pa.Array) -> dict[str, Any]:
        self._connection.register("asked", pa.table({"id": ids}))
        try:
            return self._connection.execute(sql).fetchnumpy()
        finally:
            self._connection.unregister("asked")


def key_text(table: str, rows: pa.Table, column: str) -> pa.Array:
    """A key column as the contract reads it: text, null where it cannot be read."""
    frame = pl.DataFrame(rows.select([column]))
    wanted = INPUT_TABLES[table].columns[column].dtype
    read = frame.select(read_values(column, frame.schema[column], wanted).alias(column))
    return read[column].to_arrow().cast(pa.string())
