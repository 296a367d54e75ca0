"""Enrolment ids that people of several buckets have: the first kept row of the source keeps it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ptml.jobs.spark.checking import Elsewhere, kept_enrolments
from ptml.jobs.spark.lookups import Homes
from ptml.jobs.spark.packing import packed, transported, unpacked

if TYPE_CHECKING:
    from ptml.jobs.spark.cutting import Source
    from ptml.jobs.spark.tasks import Told


@dataclass(frozen=True)
class _Answer:
    name: str
    schema: pa.Schema


KEPT = _Answer("kept", pa.schema([("row", pa.int64())]))
"""Rows of enrolments that keep every rule but that of a key in another bucket."""


def kept_rows_of(
    told: "Told[Source]", elsewhere: "Told[Elsewhere]", rows: "Told[frozenset[int]]"
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Check a bucket and tell which of some rows of enrolments are kept."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        bucket, raw = unpacked(batches, told.value.schemas)
        if bucket < 0:
            return iter(())
        kept = sorted(kept_enrolments(raw, elsewhere.value) & rows.value)
        table = pa.table([pa.array(kept, pa.int64())], schema=KEPT.schema)
        return transported(packed(table, np.full(len(kept), bucket, np.int32), KEPT.name))

    return run


def first_kept(repeated: pa.Table, kept: frozenset[int]) -> tuple[Homes, frozenset[int]]:
    """Whose an id is that several buckets have.

    Parameters
    ----------
    repeated : Table
        ``upper``, ``lower``, ``bucket``, ``row`` of all rows with such an id.
    kept : frozenset of int
        Those of the rows that break no other rule.

    Returns
    -------
    homes : Homes
        The row that keeps the id, for each row that has it; the first one where none is kept.
    repeated : frozenset of int
        Rows to set aside: kept but for an earlier, kept one.
    """
    by_id: dict[tuple[int, int], list[int]] = {}
    for one in repeated.sort_by("row").to_pylist():
        by_id.setdefault((one["upper"], one["lower"]), []).append(one["row"])
    homes: dict[int, int] = {}
    aside: set[int] = set()
    for rows in by_id.values():
        own = [row for row in rows if row in kept] or rows[:1]
        homes |= dict.fromkeys(rows, own[0])
        aside |= set(own[1:])
    return Homes(homes), frozenset(aside)
