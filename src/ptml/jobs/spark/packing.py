"""Rows on their way to their bucket: one Arrow message a bucket, a table and a part of the source.

A row of Spark's is then (bucket, kind, payload): what travels is a few binary messages, not rows of
thirty tables, and the shuffle is one.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

TRANSPORT = pa.schema([("bucket", pa.int32()), ("kind", pa.string()), ("payload", pa.binary())])
"""What travels: the bucket, what the payload is, and the payload."""
TRANSPORT_SQL = "bucket int, kind string, payload binary"
MARK = "mark"
"""Kind of the one row that every bucket has, so that an empty one is not forgotten."""

_FLUSH_BYTES = 16 << 20


def packed(
    table: pa.Table, bucket: NDArray[np.int32], kind: str
) -> Iterator[tuple[int, str, bytes]]:
    """Cut a table by bucket; rows keep their order within one.

    Parameters
    ----------
    bucket : (n,) int32
        Of each row.
    """
    if not len(bucket):
        return
    order = np.argsort(bucket, kind="stable")
    found, first = np.unique(bucket[order], return_index=True)
    sorted_rows = table.take(pa.array(order)).combine_chunks()
    ends = np.append(first[1:], len(order))
    for index, start, end in zip(found.tolist(), first.tolist(), ends.tolist(), strict=True):
        for batch in sorted_rows.slice(start, end - start).to_batches():
            yield index, kind, batch.serialize().to_pybytes()


def transported(rows: Iterator[tuple[int, str, bytes]]) -> Iterator[pa.RecordBatch]:
    """Rows as batches of `TRANSPORT`, of some MiB each."""
    waiting: list[tuple[int, str, bytes]] = []
    n_bytes = 0
    for row in rows:
        waiting.append(row)
        n_bytes += len(row[2])
        if n_bytes >= _FLUSH_BYTES:
            yield _batch(waiting)
            waiting, n_bytes = [], 0
    if waiting:
        yield _batch(waiting)


def _batch(rows: list[tuple[int, str, bytes]]) -> pa.RecordBatch:
    buckets, kinds, payloads = zip(*rows, strict=True)
    arrays = [
        pa.array(values, kind.type)
        for values, kind in zip((buckets, kinds, payloads), TRANSPORT, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=TRANSPORT)


def unpacked(
    batches: Iterator[pa.RecordBatch], schemas: Mapping[str, pa.Schema]
) -> tuple[int, dict[str, pa.Table]]:
    """Put the messages of one bucket together.

    Parameters
    ----------
    schemas : mapping of kind to Schema
        Of the messages; other kinds are passed over.

    Returns
    -------
    bucket : int
        -1 where nothing came.
    tables : dict of kind to Table
        In the order in which they came, which is that of chance.
    """
    found: dict[str, list[pa.RecordBatch]] = {}
    bucket = -1
    for batch in batches:
        for index, kind, payload in zip(*(column for column in batch.columns), strict=True):
            bucket = index.as_py()
            name = kind.as_py()
            if name in schemas:
                message = pa.ipc.read_record_batch(payload.as_buffer(), schemas[name])
                found.setdefault(name, []).append(message)
    return bucket, {
        name: pa.Table.from_batches(parts, schemas[name]) for name, parts in found.items()
    }
