"""Paths of everybody, or of one person, without publishing."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.errors import UsageError
from ptml.explain.words import words_in
from ptml.features.bucket import Bucket, bucket_tables, buckets_of
from ptml.features.history import history_of
from ptml.jobs.bucket import scored_bucket
from ptml.jobs.listing import Known, known_of, lists_of
from ptml.jobs.models import Models
from ptml.jobs.paths.offered import laid_paths
from ptml.jobs.paths.seating import with_seats_settled
from ptml.jobs.paths.tables import path_tables
from ptml.jobs.run_shared import RunShared
from ptml.jobs.settings import Settings


def paths_of_all(
    dataset: Dataset, models: Models, day: date, settings: Settings
) -> dict[str, pa.Table]:
    """`paths` and `path_plans` as a run would publish them."""
    shared = shared_and_seated(dataset, models, day, settings)
    pieces = [
        paths_of_known(_known(dataset, shared, bucket), models, shared)
        for bucket in buckets_of(dataset, settings.scoring.bucket_employees)
    ]
    return {name: pa.concat_tables([piece[name] for piece in pieces]) for name in pieces[0]}


def shared_and_seated(dataset: Dataset, models: Models, day: date, settings: Settings) -> RunShared:
    """What people share, with it settled who may plan on courses with few seats."""

    def rows(bucket: Bucket) -> Mapping[str, pa.Table]:
        return bucket_tables(dataset, bucket)

    shared = RunShared.of(dataset, day, settings)
    buckets = buckets_of(dataset, settings.scoring.bucket_employees)
    return with_seats_settled(shared, models, rows, buckets)


def path_of_one(
    dataset: Dataset, bucket: Bucket, employee_id: str, models: Models, shared: RunShared
) -> tuple[Known, dict[str, pa.Table]]:
    """What is known of one person, and the same tables of them alone.

    Raises
    ------
    UsageError
        When the person is not employed on the day.
    """
    known = _known(dataset, shared, bucket)
    people = known.asked.history.employees.ids[known.asked.rows.employee]
    place = np.flatnonzero(people == employee_id)
    if not len(place):
        raise UsageError(
            f"employee {employee_id} is not employed on {shared.day}: there is no path"
        )
    alone = known.take(place)
    return alone, paths_of_known(alone, models, shared)


def paths_of_known(known: Known, models: Models, shared: RunShared) -> dict[str, pa.Table]:
    """The same of people of whom is known what there is to know."""
    settings = shared.settings
    lists = lists_of(known, models, shared.epoch_day, settings)
    scored = scored_bucket(known, lists, None, settings)
    laid = laid_paths(known, scored, models, shared)
    words = words_in(settings.scoring.language)
    return path_tables(laid, known, settings.path, shared.company.competency_names, words)


def _known(dataset: Dataset, shared: RunShared, bucket: Bucket) -> Known:
    history = history_of(bucket_tables(dataset, bucket), shared.company, bucket)
    return known_of(history, shared.sums, shared.epoch_day, shared.settings)
