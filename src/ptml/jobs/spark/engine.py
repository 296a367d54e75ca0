"""The engine of `ptml score --engine spark`: reads, adds up and scores, a bucket a task."""

import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.contracts.problems import raise_on, structure_problems
from ptml.contracts.requirements import Capability, supports
from ptml.contracts.suppression import forgotten, without_erased
from ptml.features.bucket import Bucket
from ptml.features.company_inputs import CompanyInputs
from ptml.jobs.models import Models, ModelsAt
from ptml.jobs.people import known_erasures
from ptml.jobs.run_shared import RunShared
from ptml.jobs.settings import Settings
from ptml.jobs.spark.checking import Elsewhere, check_bucket
from ptml.jobs.spark.company import check_company
from ptml.jobs.spark.cutting import cut, raw_source, rows_left_out
from ptml.jobs.spark.failures import told_of_spark
from ptml.jobs.spark.luggage import Luggage
from ptml.jobs.spark.packing import TRANSPORT_SQL
from ptml.jobs.spark.reading import Reading, by_kind, payloads
from ptml.jobs.spark.receipts import RECEIPT, adopt_finished, settle
from ptml.jobs.spark.scoring import add_pieces, add_up, score
from ptml.jobs.spark.session import spark_session
from ptml.jobs.spark.spent import spent
from ptml.jobs.spark.summary import dataset_of
from ptml.jobs.spark.sums import bucket_sums, shared_of
from ptml.jobs.spark.tasks import SUMMARY
from ptml.publish import Work

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_LOOK_SECONDS = 0.2


class OnSpark:
    """Spark: people spread over tasks by bucket, what they share on the driver.

    One session from reading to the last answer; see docs/how-to/spark.md.

    Attributes
    ----------
    facts : dict
        What the session took (`ptml.jobs.spark.spent`), once all buckets are scored.
    """

    def __init__(self) -> None:
        self._spark: SparkSession | None = None
        self._frame: DataFrame | None = None
        self._schemas: Mapping[str, pa.Schema] = {}
        self.facts: Mapping[str, Any] = {}

    @contextmanager
    def read(self, data: str, settings: Settings, *beside: str | Path) -> Iterator[Dataset]:
        """Read and check a folder of Parquet; the data set has no rows of people.

        Raises
        ------
        UsageError
            For another form of source, or when there can be no Spark.
        DataError
            As the local engine.
        TryAgainError
            When the master does not answer, or too many workers were lost.
        """
        erasures = known_erasures(settings.source, *beside)
        raw, erased = without_erased(raw_source(data), erasures)
        company = check_company(raw)
        raise_on(
            [*raw.unreadable.values(), *structure_problems(raw), *company.failed.values()],
            raw.address,
        )
        of_bucket = settings.scoring.bucket_employees
        source, rows = cut(raw, Path(data), of_bucket, settings.spark, erased)
        with spark_session(settings.spark) as spark, told_of_spark():
            reading = Reading(spark, source, Elsewhere(company, source.columns, rows))
            self._spark, self._frame = spark, reading.checked()
            empty = check_bucket({}, reading.elsewhere)
            self._schemas = {name: table.schema for name, table in empty.tables.items()}
            with dataset_of(self._frame, raw, reading.elsewhere, source.n_buckets) as dataset:
                if erased.people:
                    erased.rows.update(rows_left_out(source, dataset.rows_read))
                yield forgotten(dataset, erasures, erased) if erasures else dataset

    def shared(self, dataset: Dataset, day: date, settings: Settings) -> RunShared:
        """Add up what people share: by bucket, then by what is summed, then here."""
        spark, frame = self._at_hand()
        company = CompanyInputs.of(dataset)
        told = spark.sparkContext.broadcast(_luggage(company.save))
        empty = {name: schema.empty_table() for name, schema in self._schemas.items()}
        schemas = {name: rows.schema for name, rows in bucket_sums(empty, company).items()}
        n = spark.sparkContext.defaultParallelism
        added = (
            self._rows(frame)
            .mapInArrow(add_up(told, self._schemas, n), TRANSPORT_SQL)
            .repartitionById(n, "bucket")
            .mapInArrow(add_pieces(schemas), TRANSPORT_SQL)
        )
        with told_of_spark():
            sums = shared_of(by_kind(added, schemas), company)
        can = frozenset(one.name for one in Capability if supports(dataset, one))
        return RunShared(company, sums, day, settings, can)

    def rows(self, dataset: Dataset, bucket: Bucket) -> Mapping[str, pa.Table]:
        """What a bucket is scored from, brought to the driver."""
        from pyspark.sql import functions as sf

        _, frame = self._at_hand()
        with told_of_spark():
            return by_kind(frame.filter(sf.col("bucket") == bucket.index), self._schemas)

    def finished(
        self,
        todo: Sequence[Bucket],
        dataset: Dataset,
        shared: RunShared,
        places: ModelsAt,
        models: Models,
        work: Work,
    ) -> Iterator[Bucket]:
        """Score buckets, a task each; yields them as their answers lie in the work folder."""
        from pyspark.sql import functions as sf

        if not todo:
            return
        spark, frame = self._at_hand()
        context = spark.sparkContext
        task = score(
            context.broadcast(_luggage(shared.save)),
            context.broadcast(Luggage.of(places.folder)),
            places.asked,
            places.only,
            self._schemas,
            todo[0].count,
            work.folder.resolve(),
        )
        buckets = {bucket.index: bucket for bucket in todo}
        chosen = self._rows(frame)
        if len(buckets) < todo[0].count:
            chosen = chosen.filter(sf.col("bucket").isin(sorted(buckets)))
        job = _Job(lambda: payloads(chosen.mapInArrow(task, TRANSPORT_SQL), (RECEIPT,)))
        try:
            seen: set[int] = set()
            while job.is_running(_LOOK_SECONDS):
                for index in adopt_finished(work):
                    seen.add(index)
                    yield buckets[index]
        except GeneratorExit:
            context.cancelAllJobs()
            raise
        with told_of_spark():
            told = job.result()
        receipts = [json.loads(receipt) for _, receipt in told]
        for index in settle(work, receipts, buckets):
            if index not in seen:
                yield buckets[index]
        self.facts = {
            "people": dataset.rows_read["employees"],
            "worker_peak_bytes": max(receipt["peak_bytes"] for receipt in receipts),
            **spent(spark),
        }

    def _rows(self, frame: "DataFrame") -> "DataFrame":
        """What features are made of; and the summary, which a bucket without people has too."""
        from pyspark.sql import functions as sf

        return frame.filter(sf.col("kind").isin([*self._schemas, SUMMARY]))

    def _at_hand(self) -> "tuple[SparkSession, DataFrame]":
        if self._spark is None or self._frame is None:
            raise AssertionError("a source is read before anything else")
        return self._spark, self._frame


class _Job:
    """A call in a thread of its own, so that its progress can be watched."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._call()
        except BaseException as error:
            self._error = error

    def is_running(self, seconds: float) -> bool:
        """Wait a moment; tell whether it goes on."""
        self._thread.join(seconds)
        return self._thread.is_alive()

    def result(self) -> Any:
        """What the call gave, or raised."""
        if self._error is not None:
            raise self._error
        return self._result


def _luggage(save: Callable[[Path], None]) -> Luggage:
    with tempfile.TemporaryDirectory(prefix="ptml-") as folder:
        place = Path(folder) / "luggage"
        save(place)
        return Luggage.of(place)
