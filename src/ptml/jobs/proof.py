"""Whether two answers about the same people are the same, to the last bit."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ptml.jobs.reuse import as_published
from ptml.publish import BucketAnswers


def differences(one: BucketAnswers, other: BucketAnswers) -> list[str]:
    """Names of the tables, sums and lists in which two answers differ; empty = none."""
    names = sorted({*one.tables, *other.tables})
    wrong = [name for name in names if not _is_same_table(name, one.tables, other.tables)]
    wrong += [
        name
        for name in sorted({*one.sums, *other.sums})
        if not np.array_equal(one.sums[name], other.sums[name], equal_nan=True)
    ]
    wrong += [
        name
        for name in sorted({*one.lists, *other.lists})
        if not _without_nan(one.lists[name]).equals(_without_nan(other.lists[name]))
    ]
    return wrong


def _is_same_table(name: str, one: Mapping[str, pa.Table], other: Mapping[str, pa.Table]) -> bool:
    if name not in one or name not in other:
        return False
    return bool(as_published(name, one[name]).equals(as_published(name, other[name])))


def _without_nan(table: pa.Table) -> pa.Table:
    return pa.table(dict(zip(table.column_names, _columns(table), strict=True)))


def _columns(table: pa.Table) -> Iterator[pa.ChunkedArray]:
    for column in table.columns:
        is_float = pa.types.is_floating(column.type)
        yield pc.if_else(pc.is_nan(column), None, column) if is_float else column
