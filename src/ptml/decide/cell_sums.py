"""Whole numbers added up by cell, where most cells of all combinations have nothing in them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Positions = NDArray[np.int64]

# So many rows of new cells may wait before they are put in: a few dozen megabytes.
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
        # Sorted by the keys; rows of cells that are there are added in place.
        self._cells = _arrays(self._schema.empty_table())
        self._waiting: list[pa.Table] = []
        self._is_shown = False

    def add(self, rows: pa.Table) -> None:
        """Add rows, any number a cell."""
        rows = rows.select(self._schema.names).cast(self._schema)
        new = rows.filter(pa.array(~self._added_in_place(rows)))
        if len(new):
            self._waiting.append(new)
        if sum(map(len, self._waiting)) > _MOST_WAITING:
            self._settle()

    @property
    def table(self) -> pa.Table:
        """One row a cell, sorted by the keys."""
        self._settle()
        self._is_shown = True
        return pa.table(self._cells, schema=self._schema)

    def _added_in_place(self, rows: pa.Table) -> NDArray[np.bool_]:
        """Add what lies in cells that are there; which of the rows that is, (n,) bool."""
        cells, asked = self._codes(rows)
        if not len(cells):
            return np.zeros(len(asked), dtype=bool)
        if self._is_shown:
            # The table that was given has no columns of its own.
            self._cells = {name: column.copy() for name, column in self._cells.items()}
            self._is_shown = False
        place = np.minimum(np.searchsorted(cells, asked), len(cells) - 1)
        known = cells[place] == asked
        at = place[known]
        for name in self._sums:
            np.add.at(self._cells[name], at, rows[name].to_numpy()[known])
        for name in self._least:
            texts, told = self._cells[name], known & rows[name].is_valid().to_numpy()
            for cell, text in zip(
                place[told].tolist(), rows[name].filter(pa.array(told)).to_pylist(), strict=True
            ):
                if texts[cell] is None or text < texts[cell]:
                    texts[cell] = text
        return known

    def _codes(self, rows: pa.Table) -> tuple[Positions, Positions]:
        """The cells that are there, and those of rows: one number each, in the order of the keys.

        Keys are positions and months: of all their combinations there are far fewer than 2**63.
        """
        cells = np.zeros(len(self._cells[self._keys[0]]), dtype=np.int64)
        asked = np.zeros(len(rows), dtype=np.int64)
        for name in self._keys if len(cells) else ():
            there, here = self._cells[name], rows[name].to_numpy()
            low = min(there.min(), here.min(initial=0))
            span = max(there.max(), here.max(initial=0)) - low + 1
            cells, asked = cells * span + (there - low), asked * span + (here - low)
        return cells, asked

    def _settle(self) -> None:
        """Give the cells of rows that wait a place."""
        if not self._waiting:
            return
        rows = pa.concat_tables([pa.table(self._cells, schema=self._schema), *self._waiting])
        self._waiting = []
        asked = [*((name, "sum") for name in self._sums), *((name, "min") for name in self._least)]
        grouped = rows.group_by(self._keys, use_threads=False).aggregate(asked)
        columns = [*self._keys, *(f"{name}_{how}" for name, how in asked)]
        total = pa.table([grouped[name] for name in columns], names=self._schema.names)
        self._cells = _arrays(total.sort_by([(name, "ascending") for name in self._keys]))


def _arrays(table: pa.Table) -> dict[str, NDArray[Any]]:
    """Columns that can be written to; text as objects."""
    return {name: np.array(table[name].to_numpy()) for name in table.column_names}
