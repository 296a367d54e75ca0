"""Columns of checked Arrow tables as the arrays that logs are made of, without a NULL."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.features.arrays import Codes, Days, Doubles, Floats
from ptml.features.days import NEVER


def codes(column: pa.ChunkedArray, ids: IdMap) -> Codes:
    """Codes of external ids, (n,) int32; -1 for one that is empty or not known."""
    return _found(column, ids.table["id"].combine_chunks())


def places(column: pa.ChunkedArray, values: Sequence[str] | NDArray[np.object_]) -> Codes:
    """Positions of words in a list, (n,) int32; -1 where it is empty."""
    return _found(column, pa.array(values, pa.string()))


def days(column: pa.ChunkedArray) -> Days:
    """Dates as days since 1970-01-01, (n,) int32; `NEVER` where it is empty."""
    return _numbers(column.cast(pa.int32()), int(NEVER)).astype(np.int32, copy=False)


def floats(column: pa.ChunkedArray) -> Floats:
    """Numbers as float32, (n,); NaN where it is empty."""
    return doubles(column).astype(np.float32)


def doubles(column: pa.ChunkedArray, empty: float = np.nan) -> Doubles:
    """Numbers as they are, (n,) float64; `empty` where there is none."""
    return _numbers(column.cast(pa.float64()), empty)


def whole(column: pa.ChunkedArray, empty: int) -> Codes:
    """Whole numbers, (n,) int32."""
    return _numbers(column.cast(pa.int32()), empty).astype(np.int32, copy=False)


def texts(column: pa.ChunkedArray) -> NDArray[np.object_]:
    """Text, (n,) object; empty where it is missing."""
    found: NDArray[np.object_] = pc.fill_null(column, "").to_numpy().astype(object)
    return found


def ranks(column: pa.ChunkedArray) -> Codes:
    """Numbers that sort as the text does, by code point, (n,) int32; the same for the same text."""
    distinct = pc.unique(column)
    order = pc.sort_indices(distinct).to_numpy()
    rank = np.empty(len(distinct), dtype=np.int32)
    rank[order] = np.arange(len(distinct), dtype=np.int32)
    return rank[_found(column, distinct)]


def _found(column: pa.ChunkedArray, values: pa.Array) -> Codes:
    positions = pc.index_in(column.cast(values.type), value_set=values)
    return _numbers(positions, -1).astype(np.int32, copy=False)


def _numbers(column: pa.ChunkedArray, empty: float) -> NDArray[Any]:
    values: NDArray[Any] = pc.fill_null(column, pa.scalar(empty, column.type)).to_numpy()
    return values
