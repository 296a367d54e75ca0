"""Where a run of scoring is worked on: on this machine, or on a cluster; the same answers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.features.bucket import Bucket, bucket_tables
from ptml.jobs.models import Models, ModelsAt
from ptml.jobs.people import read_people
from ptml.jobs.read_ahead import ReadAhead
from ptml.jobs.run_shared import RunShared
from ptml.jobs.settings import Settings
from ptml.jobs.workers import n_workers, score_here, score_side_by_side
from ptml.publish import Work


class Engine(Protocol):
    """What a run of scoring leaves to the place where it is worked on.

    Attributes
    ----------
    facts : mapping
        What the work took, JSON-ready, for the record of the run.
    """

    facts: Mapping[str, Any]

    def read(
        self, data: str, settings: Settings, *beside: str | Path
    ) -> AbstractContextManager[Dataset]:
        """Read and check a source, without those erased (`ptml.jobs.people.read_people`)."""

    def shared(self, dataset: Dataset, day: date, settings: Settings) -> RunShared:
        """Add up what people share."""

    def rows(self, dataset: Dataset, bucket: Bucket) -> Mapping[str, pa.Table]:
        """What a bucket is scored from, brought here."""

    def finished(
        self,
        todo: Sequence[Bucket],
        dataset: Dataset,
        shared: RunShared,
        places: ModelsAt,
        models: Models,
        work: Work,
    ) -> Iterator[Bucket]:
        """Score buckets, and yield each, in any order, when its answers lie in the work folder."""


class Local:
    """This machine, in one process or several."""

    facts: Mapping[str, Any] = MappingProxyType({})

    def read(
        self, data: str, settings: Settings, *beside: str | Path
    ) -> AbstractContextManager[Dataset]:
        """Read and check a source."""
        return read_people(data, settings.source, *beside, postgres=settings.postgres)

    def shared(self, dataset: Dataset, day: date, settings: Settings) -> RunShared:
        """Add up what people share."""
        return RunShared.of(dataset, day, settings)

    def rows(self, dataset: Dataset, bucket: Bucket) -> Mapping[str, pa.Table]:
        """What a bucket is scored from."""
        return bucket_tables(dataset, bucket)

    def also(self, bucket: Bucket) -> Mapping[str, pa.Table]:
        """What a bucket is scored from beside the rows of its people: nothing."""
        return {}

    def finished(
        self,
        todo: Sequence[Bucket],
        dataset: Dataset,
        shared: RunShared,
        places: ModelsAt,
        models: Models,
        work: Work,
    ) -> Iterator[Bucket]:
        """Score buckets one after another, or side by side."""
        ahead = ReadAhead(dataset, todo)

        def rows(bucket: Bucket) -> Mapping[str, pa.Table]:
            return {**ahead.rows(bucket), **self.also(bucket)}

        workers = n_workers(shared.settings.scoring.workers, len(todo))
        if workers < 2:
            return score_here(todo, rows, shared, models, work)
        shared.save(work.shared)
        return score_side_by_side(todo, rows, places, work, workers)
