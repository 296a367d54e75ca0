"""The jobs of reading without Spark: tasks one after another, rows carried by hand."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

import pyarrow as pa

from ptml.contracts.erasures import Erasures
from ptml.contracts.suppression import without_erased
from ptml.jobs.spark.checking import CheckedBucket, Elsewhere, Strangers, check_bucket
from ptml.jobs.spark.company import check_company
from ptml.jobs.spark.config import SparkConfig
from ptml.jobs.spark.cutting import Source, cut
from ptml.jobs.spark.lookups import ANSWERS, MISSING, REPEATED, Homes
from ptml.jobs.spark.packing import unpacked
from ptml.jobs.spark.repeated import KEPT, first_kept, kept_rows_of
from ptml.jobs.spark.tables import BY_EMPLOYEE, BY_ENROLMENT
from ptml.jobs.spark.tasks import answer, ask, route
from ptml.sources.folder import folder_source

T = TypeVar("T")
Rows = list[tuple[int, str, bytes]]
Task = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class Told(Generic[T]):
    value: T


def rows_of(batches: Iterable[pa.RecordBatch]) -> Rows:
    return [tuple(one.values()) for batch in batches for one in batch.to_pylist()]


def batches_of(rows: Rows) -> Iterator[pa.RecordBatch]:
    from ptml.jobs.spark.packing import transported

    return transported(iter(rows))


def ran(task: Task, parts: Sequence[int]) -> Rows:
    """A task a part, as Spark would."""
    found: Rows = []
    for index in parts:
        found += rows_of(task(iter([pa.record_batch({"id": pa.array([index])})])))
    return found


def spread(task: Task, rows: Rows, n: int) -> Rows:
    """A task a bucket; rows come in another order than they were sent."""
    found: Rows = []
    for index in range(n):
        found += rows_of(task(batches_of([row for row in reversed(rows) if row[0] == index])))
    return found


def collected(rows: Rows, kind: str, schema: pa.Schema) -> pa.Table:
    found = unpacked(batches_of(rows), {kind: schema})[1]
    return found.get(kind, schema.empty_table())


def read_by_hand(
    folder: Path, bucket_employees: int, config: SparkConfig, *erasures: Erasures
) -> tuple[Source, Elsewhere, list[CheckedBucket]]:
    """What `checked_on_spark` does."""
    raw, erased = without_erased(folder_source(folder), erasures)
    source, rows = cut(raw, folder, bucket_employees, config, erased)
    elsewhere = Elsewhere(check_company(raw), source.columns, rows)
    of = {
        name: [k for k, part in enumerate(source.parts) if part.table in tables]
        for name, tables in (
            ("lookups", ("employees", "enrolments", "assignments", *BY_ENROLMENT)),
            ("people", BY_EMPLOYEE),
        )
    }

    def looked_up(homes: Homes) -> Rows:
        asked = ran(ask(Told(source)), of["lookups"])
        return spread(answer(Told(source), Told(homes)), asked, source.n_lookups)

    found = looked_up(Homes())
    missing = collected(found, MISSING, ANSWERS[MISSING]).to_pylist()
    strangers = Strangers(
        frozenset(one["id"] for one in missing if not one["set_aside"]),
        frozenset(one["id"] for one in missing if one["set_aside"]),
    )
    elsewhere = replace(elsewhere, strangers=strangers)
    people = ran(route(Told(source)), of["people"])
    repeated = collected(found, REPEATED, ANSWERS[REPEATED])
    if len(repeated):
        among = frozenset(repeated["row"].to_pylist())
        task = kept_rows_of(Told(source), Told(elsewhere), Told(among))
        kept = collected(spread(task, people, source.n_buckets), KEPT.name, KEPT.schema)
        homes, aside = first_kept(repeated, frozenset(kept["row"].to_pylist()))
        elsewhere = replace(elsewhere, repeated=aside)
        found = looked_up(homes)
    of_enrolments = [row for row in found if row[1] in BY_ENROLMENT]
    buckets = []
    for index in range(source.n_buckets):
        own = [row for row in (*people, *of_enrolments) if row[0] == index]
        raws = unpacked(batches_of(own), source.schemas)[1]
        buckets.append(check_bucket(raws, elsewhere))
    return source, elsewhere, buckets
