"""One run of scoring: its buckets, whoever scores them, in their order into one publication."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.errors import TryAgainError
from ptml.features.bucket import Bucket, buckets_of
from ptml.jobs.closing import closing_tables
from ptml.jobs.engine import Engine, Local
from ptml.jobs.models import Models, ModelsAt
from ptml.jobs.paths.seating import with_seats_settled
from ptml.jobs.previous_run import PreviousRun, Since, find_previous
from ptml.jobs.progress import Progress
from ptml.jobs.reusing import Reusing
from ptml.jobs.run_shared import RunShared
from ptml.jobs.run_sums import RunSums
from ptml.jobs.settings import Settings
from ptml.jobs.shared_inputs import shared_digests
from ptml.publish import Publication, PublishedRun, RunRecord


class ScoringRun:
    """One run: its buckets, in their order, into one publication.

    Attributes
    ----------
    notes : list of str
        What was found on the way.
    shared_digests : dict of str to str
        What people share, for who wants to know later whether it changed.
    """

    def __init__(
        self,
        dataset: Dataset,
        places: ModelsAt,
        models: Models,
        day: date,
        settings: Settings,
        publication: Publication,
        progress: Progress,
        engine: Engine,
    ) -> None:
        self._engine = engine
        self._dataset = dataset
        self._places = places
        self._models = models
        self._publication = publication
        self._progress = progress
        progress.stage("Adding up what people share")
        self._shared = self._seated(engine.shared(dataset, day, settings))
        self._reusing: Reusing | None = None
        self._n_reused = self._n_people = 0
        self.shared_digests = shared_digests(self._shared)
        self.notes: list[str] = []

    def _seated(self, shared: RunShared) -> RunShared:
        """With it settled who may plan on courses with few seats."""
        buckets = buckets_of(self._dataset, shared.settings.scoring.bucket_employees)

        def rows(bucket: Bucket) -> Mapping[str, pa.Table]:
            return self._engine.rows(self._dataset, bucket)

        return with_seats_settled(shared, self._models, rows, buckets)

    def reuse(self, out: str, since: Since, record: RunRecord) -> None:
        """Take over lists of an earlier run where nothing changed; `notes` says when it cannot."""
        self._progress.stage("Looking at what was published before")
        found: PublishedRun | str
        if self._models.preference is None or self._models.lift is None:
            found = "lists are kept only where there are models of both preference and lift"
        elif not isinstance(self._engine, Local):
            found = "on Spark nothing is taken over"
        else:
            found = find_previous(out, since.run, record, self.shared_digests)
        if isinstance(found, str):
            self.notes.append(f"everybody is scored, not only what changed: {found}")
            return
        previous = PreviousRun.of(found, self._publication.work.earlier)
        self._engine = self._reusing = Reusing(previous, since.prove)

    @property
    def differences(self) -> list[str]:
        """Where people scored since a run and everybody scored differ, if that was asked."""
        return [] if self._reusing is None else self._reusing.differences

    def score(self, buckets: Sequence[Bucket]) -> RunSums:
        """Score every bucket that is not finished yet, and write all of them."""
        self._progress.stage("Scoring people")
        # Sums over everybody are made: buckets need the room.
        self._dataset.settle()
        work = self._publication.work
        total = RunSums(self._shared, self._models)
        done = {bucket.index for bucket in buckets if work.get(bucket.index) is not None}
        if done:
            self.notes.append(f"{len(done):,} of {len(buckets):,} buckets were finished before")
        todo = [bucket for bucket in buckets if bucket.index not in done]
        before = (bucket for bucket in buckets if bucket.index in done)
        waiting: set[int] = set()
        following, n_people = 0, self._dataset.rows_read["employees"]
        for n_done, bucket in enumerate(chain(before, self._finished(todo)), 1):
            waiting.add(bucket.index)
            while following in waiting:
                waiting.remove(following)
                self._write(following, total)
                following += 1
            self._progress.step(n_people * n_done // len(buckets), n_people)
        if self._reusing is not None:
            self.notes += self._reusing.told(self._n_people - self._n_reused, self._n_people)
        return total

    def _finished(self, todo: Sequence[Bucket]) -> Iterator[Bucket]:
        work = self._publication.work
        return self._engine.finished(
            todo, self._dataset, self._shared, self._places, self._models, work
        )

    def _write(self, index: int, total: RunSums) -> None:
        answers = self._publication.work.get(index)
        if answers is None:
            raise TryAgainError(
                f"the answers of bucket {index + 1} changed on the disk after they were written;"
                " run again: what is whole is kept"
            )
        self._n_people += answers.n_people
        self._n_reused += answers.n_reused
        total.merge(answers.sums, answers.lists)
        for name, piece in answers.pieces.items():
            self._publication.append_piece(name, piece.read_bytes())

    def publish(self, sums: RunSums) -> None:
        """Write the tables that are not about single people, or need everybody."""
        shared, models = self._shared, self._models
        for name, table in closing_tables(sums, shared, models, self._dataset, self.notes):
            self._publication.append(name, table)
