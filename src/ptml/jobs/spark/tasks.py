"""What runs in Spark's Python workers: each function takes and gives Arrow batches."""

import json
from collections.abc import Callable, Iterator
from dataclasses import astuple
from typing import Protocol, TypeVar

import pyarrow as pa

from ptml.jobs.spark.checking import CheckedBucket, Elsewhere, check_bucket
from ptml.jobs.spark.cutting import Source
from ptml.jobs.spark.lookups import SCHEMAS, Homes, Message, answered, asked
from ptml.jobs.spark.packing import packed, transported, unpacked
from ptml.jobs.spark.routing import Router
from ptml.jobs.spark.tables import BY_EMPLOYEE
from ptml.sources.parts import Part

Batches = Iterator[pa.RecordBatch]
T_co = TypeVar("T_co", covariant=True)
SUMMARY, REJECTED = "summary", "rejected"
DIGEST = "digest:"
"""Before the table's name in the kind of a digest."""


class Told(Protocol[T_co]):
    """A value that was broadcast."""

    @property
    def value(self) -> T_co:
        """What was broadcast, fetched once a worker process."""


def route(told: Told[Source]) -> Callable[[Batches], Batches]:
    """Rows of parts of the source that name a person, to their buckets."""

    def run(batches: Batches) -> Batches:
        source = told.value
        router = Router(source.n_buckets)
        return transported(
            message for part in _parts(batches, source) for message in _routed(part, source, router)
        )

    return run


def _routed(part: Part, source: Source, router: Router) -> Iterator[Message]:
    if part.table in BY_EMPLOYEE:
        rows = read(part, source)
        yield from packed(rows, router.buckets(part.table, rows), part.table)


def read(part: Part, source: Source) -> pa.Table:
    """All rows of a part, with their numbers."""
    batches = part.batches(source.columns[part.table])
    return pa.Table.from_batches(list(batches)).cast(source.schemas[part.table])


def ask(told: Told[Source]) -> Callable[[Batches], Batches]:
    """What parts of the source have to look up across people."""

    def run(batches: Batches) -> Batches:
        source = told.value
        router = Router(source.n_buckets)
        return transported(
            message
            for part in _parts(batches, source)
            for message in asked(part, source.columns[part.table], router, source.n_lookups)
        )

    return run


def answer(told: Told[Source], homes: Told[Homes]) -> Callable[[Batches], Batches]:
    """Look ids up, a piece of them a task."""

    def run(batches: Batches) -> Batches:
        source = told.value
        _, found = unpacked(batches, {**SCHEMAS, **source.schemas})
        return transported(answered(found, Router(source.n_buckets), homes.value))

    return run


def check(told: Told[Source], elsewhere: Told[Elsewhere]) -> Callable[[Batches], Batches]:
    """Check the rows of a bucket."""

    def run(batches: Batches) -> Batches:
        bucket, raw = unpacked(batches, told.value.schemas)
        if bucket < 0:
            return iter(())
        return transported(_checked(bucket, check_bucket(raw, elsewhere.value)))

    return run


def _checked(bucket: int, found: CheckedBucket) -> Iterator[Message]:
    for name, rows in found.tables.items():
        yield from whole(bucket, name, rows)
    for name, rows in found.digests.items():
        yield from whole(bucket, DIGEST + name, rows)
    yield from whole(bucket, REJECTED, found.rejected)
    about = {
        "bucket": bucket,
        "rows_read": dict(found.rows_read),
        "rows_rejected": dict(found.rows_rejected),
        "hashes": {name: astuple(sums) for name, sums in found.hashes.items()},
    }
    yield bucket, SUMMARY, json.dumps(about).encode()


def whole(bucket: int, kind: str, rows: pa.Table) -> Iterator[Message]:
    """A table as one message, where it has rows."""
    for batch in rows.combine_chunks().to_batches():
        if batch.num_rows:
            yield bucket, kind, batch.serialize().to_pybytes()


def _parts(batches: Batches, source: Source) -> Iterator[Part]:
    for batch in batches:
        for index in batch.column(0).to_pylist():
            yield source.parts[index]
