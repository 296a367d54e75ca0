"""Whole numbers added up by cell, where most cells of all combinations have nothing in them."""

from collections.abc import Sequence

import pyarrow as pa

# So many rows may wait before they are put together: a few dozen megabytes. Where there are more
# cells than that, as many as there are cells: else each cell were looked at again every few rows.
_MOST_WAITING = 400_000


class CellSums:
    """Sums over buckets by cell, added in any order; only cells that somebody is in are kept.

    Whole numbers, so what comes out does not depend on how people are cut into buckets.

    Parameters
    ----------
    keys : sequence of str
        Columns that tell cells apart, int64 each.
    sums : sequence of str
        Columns that are added up, int64 each.
    least : sequence of str
        Columns of text of which the first in order is kept; an empty one is passed over.
    """

    def __init__(self, keys: Sequence[str], sums: Sequence[str], least: Sequence[str] = ()) -> None:
        self._keys, self._sums, self._least = list(keys), list(sums), list(least)
        self._schema = pa.schema(
            [
                *((name, pa.int64()) for name in (*keys, *sums)),
                *((name, pa.string()) for name in least),
            ]
        )
        self._total = self._schema.empty_table()
        self._waiting: list[pa.Table] = []

    def add(self, rows: pa.Table) -> None:
        """Add rows, any number a cell."""
        self._waiting.append(rows.select(self._schema.names).cast(self._schema))
        if sum(map(len, self._waiting)) > max(_MOST_WAITING, len(self._total)):
            self._settle()

    @property
    def table(self) -> pa.Table:
        """One row a cell, sorted by the keys."""
        self._settle()
        by_keys = [(name, "ascending") for name in self._keys]
        return self._total.sort_by(by_keys).combine_chunks()

    def _settle(self) -> None:
        if not self._waiting:
            return
        rows = pa.concat_tables([self._total, *self._waiting])
        self._waiting = []
        asked = [*((name, "sum") for name in self._sums), *((name, "min") for name in self._least)]
        grouped = rows.group_by(self._keys, use_threads=False).aggregate(asked)
        columns = [*self._keys, *(f"{name}_{how}" for name, how in asked)]
        total = pa.table([grouped[name] for name in columns], names=self._schema.names)
        self._total = total.cast(self._schema)
