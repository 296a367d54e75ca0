"""Bring the rows of each bucket together on Spark, and check them there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ptml.jobs.spark.checking import Elsewhere, Strangers
from ptml.jobs.spark.cutting import Source
from ptml.jobs.spark.lookups import ANSWERS, MISSING, REPEATED, Homes
from ptml.jobs.spark.packing import MARK, TRANSPORT_SQL
from ptml.jobs.spark.repeated import KEPT, first_kept, kept_rows_of
from ptml.jobs.spark.tables import BY_EMPLOYEE, BY_ENROLMENT
from ptml.jobs.spark.tasks import answer, ask, check, route

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class Reading:
    """The jobs of reading: look ids up, bring people's rows together, check them."""

    def __init__(self, spark: "SparkSession", source: Source, elsewhere: Elsewhere) -> None:
        self.elsewhere = elsewhere
        self._spark = spark
        self._source = source
        self._told = spark.sparkContext.broadcast(source)

    def checked(self) -> "DataFrame":
        """Rows of `TRANSPORT` that keep the rules, a bucket a partition.

        They stay on the executors' disks: summing up and scoring read them, and what is lost there
        with an executor is made again.
        """
        from pyspark import StorageLevel

        homes = Homes()
        looked_up = self._looked_up(homes)
        answers = by_kind(looked_up, ANSWERS)
        missing = answers[MISSING].to_pylist()
        strangers = Strangers(
            frozenset(one["id"] for one in missing if not one["set_aside"]),
            frozenset(one["id"] for one in missing if one["set_aside"]),
        )
        self._know(strangers=strangers)
        if len(answers[REPEATED]):
            kept = self._kept_among(answers[REPEATED], looked_up)
            homes, repeated = first_kept(answers[REPEATED], kept)
            self._know(repeated=repeated)
            looked_up = self._looked_up(homes)
        told = self._spark.sparkContext.broadcast(self.elsewhere)
        frame = self._routed(looked_up).mapInArrow(check(self._told, told), TRANSPORT_SQL)
        return frame.persist(StorageLevel.DISK_ONLY)

    def _know(self, **found: Any) -> None:
        self.elsewhere = replace(self.elsewhere, **found)

    def _looked_up(self, homes: Homes) -> "DataFrame":
        from pyspark import StorageLevel

        names = ("employees", "enrolments", "assignments", *BY_ENROLMENT)
        told = self._spark.sparkContext.broadcast(homes)
        asked = self._of_parts(names).mapInArrow(ask(self._told), TRANSPORT_SQL)
        spread = asked.repartitionById(self._source.n_lookups, "bucket")
        frame = spread.mapInArrow(answer(self._told, told), TRANSPORT_SQL)
        return frame.persist(StorageLevel.DISK_ONLY)

    def _routed(self, looked_up: "DataFrame") -> "DataFrame":
        from pyspark.sql import functions as sf

        n = self._source.n_buckets
        rows = self._of_parts(BY_EMPLOYEE).mapInArrow(route(self._told), TRANSPORT_SQL)
        of_enrolments = looked_up.filter(sf.col("kind").isin(list(BY_ENROLMENT)))
        mark = sf.lit(MARK).alias("kind"), sf.lit(b"").cast("binary").alias("payload")
        marks = self._spark.range(n).select(sf.col("id").cast("int").alias("bucket"), *mark)
        return rows.union(of_enrolments).union(marks).repartitionById(n, "bucket")

    def _of_parts(self, tables: tuple[str, ...]) -> "DataFrame":
        """Numbers of parts, one a task."""
        found = [k for k, part in enumerate(self._source.parts) if part.table in tables]
        # The number comes first, which is what the tasks read; the place spreads them evenly.
        rows = [(number, place) for place, number in enumerate(found)]
        frame = self._spark.createDataFrame(rows, "number int, place int")
        return frame.repartitionById(max(len(found), 1), "place")

    def _kept_among(self, repeated: pa.Table, looked_up: "DataFrame") -> frozenset[int]:
        """Which rows of ids that several buckets have would be kept without the others."""
        from pyspark.sql import functions as sf

        buckets = sorted(set(repeated["bucket"].to_pylist()))
        told = self._spark.sparkContext.broadcast(self.elsewhere)
        rows = self._spark.sparkContext.broadcast(frozenset(repeated["row"].to_pylist()))
        affected = self._routed(looked_up).filter(sf.col("bucket").isin(buckets))
        found = affected.mapInArrow(kept_rows_of(self._told, told, rows), TRANSPORT_SQL)
        return frozenset(by_kind(found, {KEPT.name: KEPT.schema})[KEPT.name]["row"].to_pylist())


def by_kind(frame: "DataFrame", schemas: Mapping[str, pa.Schema]) -> dict[str, pa.Table]:
    """Bring the messages of some kinds to the driver."""
    found: dict[str, list[pa.RecordBatch]] = {kind: [] for kind in schemas}
    for kind, payload in payloads(frame, tuple(schemas)):
        message = pa.ipc.read_record_batch(pa.py_buffer(payload), schemas[kind])
        found[kind].append(message)
    return {kind: pa.Table.from_batches(parts, schemas[kind]) for kind, parts in found.items()}


def payloads(frame: "DataFrame", kinds: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """What rows of some kinds carry, with the kind."""
    from pyspark.sql import functions as sf

    rows = frame.filter(sf.col("kind").isin(list(kinds))).select("kind", "payload").collect()
    return [(row.kind, bytes(row.payload)) for row in rows]
