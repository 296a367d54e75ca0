"""What a worker does with a checked bucket: part of the sums over everybody, and the answers."""

import json
import resource
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from ptml.features.bucket import Bucket
from ptml.features.company_inputs import CompanyInputs
from ptml.jobs.bucket_answers import score_bucket
from ptml.jobs.models import load_models
from ptml.jobs.run_shared import RunShared
from ptml.jobs.spark.lookups import Message
from ptml.jobs.spark.luggage import Luggage
from ptml.jobs.spark.packing import packed, transported, unpacked
from ptml.jobs.spark.receipts import RECEIPT, attempt_folder
from ptml.jobs.spark.sums import added, bucket_sums, spread
from ptml.jobs.spark.tasks import Batches, Told, whole
from ptml.publish import Work

Schemas = Mapping[str, pa.Schema]


def add_up(company: Told[Luggage], schemas: Schemas, n_pieces: int) -> Callable[[Batches], Batches]:
    """A bucket's part of the sums over everybody, cut into pieces by what is summed."""

    def run(batches: Batches) -> Batches:
        bucket, tables = unpacked(batches, schemas)
        if bucket < 0:
            return iter(())
        known = company.value.loaded(CompanyInputs.load)
        logs = bucket_sums(_all(tables, schemas), known)
        return transported(
            message
            for name, rows, piece in spread(logs, n_pieces)
            for message in packed(rows, piece, name)
        )

    return run


def add_pieces(schemas: Schemas) -> Callable[[Batches], Batches]:
    """Add up one piece of the sums over all buckets."""

    def run(batches: Batches) -> Batches:
        piece, logs = unpacked(batches, schemas)
        return transported(
            message for name, rows in logs.items() for message in whole(piece, name, added([rows]))
        )

    return run


def score(
    shared: Told[Luggage],
    models: Told[Luggage],
    asked: tuple[str, ...],
    only: tuple[str, ...],
    schemas: Schemas,
    n_buckets: int,
    work: Path,
) -> Callable[[Batches], Batches]:
    """Score a bucket and keep its answers in the run's work folder, under a name of this attempt.

    Parameters
    ----------
    work : Path
        The same folder for the driver and every executor.
    """

    def run(batches: Batches) -> Batches:
        bucket, tables = unpacked(batches, schemas)
        if bucket < 0:
            return iter(())
        run_shared = shared.value.loaded(RunShared.load)
        at_hand = models.value.loaded(lambda folder: load_models(folder, asked, list(only)))
        answers = score_bucket(
            _all(tables, schemas), run_shared, at_hand, Bucket(bucket, n_buckets)
        )
        folder = attempt_folder(work, bucket, uuid.uuid4().hex)
        answers.save(folder, Work(work).stamp)
        return transported(_receipt(bucket, folder, answers.n_people))

    return run


def _receipt(bucket: int, folder: Path, n_people: int) -> Iterator[Message]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "bucket": bucket,
        "folder": folder.name,
        "n_people": n_people,
        "peak_bytes": used.ru_maxrss * 1024,
    }
    yield bucket, RECEIPT, json.dumps(told).encode()


def _all(tables: Mapping[str, pa.Table], schemas: Schemas) -> dict[str, pa.Table]:
    return {name: tables.get(name, schema.empty_table()) for name, schema in schemas.items()}
