"""This machine, with lists of an earlier run for people of whom nothing has changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.features.bucket import Bucket, bucket_tables
from ptml.jobs.bucket_answers import score_bucket
from ptml.jobs.engine import Local
from ptml.jobs.models import Models, ModelsAt
from ptml.jobs.previous_run import PreviousRun
from ptml.jobs.proof import differences
from ptml.jobs.run_shared import RunShared
from ptml.publish import Work


class Reusing(Local):
    """Scores those alone of whom something changed, or proves that this is enough.

    Attributes
    ----------
    differences : list of str
        What was not the same as with everybody scored, where that was to be proved.
    """

    def __init__(self, previous: PreviousRun, prove: bool) -> None:
        self._previous, self._proves = previous, prove
        self.differences: list[str] = []

    def also(self, bucket: Bucket) -> Mapping[str, pa.Table]:
        """What was published of the bucket's people."""
        return self._previous.tables(bucket)

    def finished(
        self,
        todo: Sequence[Bucket],
        dataset: Dataset,
        shared: RunShared,
        places: ModelsAt,
        models: Models,
        work: Work,
    ) -> Iterator[Bucket]:
        """Score buckets; a proof takes one process, and keeps what everybody scored gives."""
        if not self._proves:
            yield from super().finished(todo, dataset, shared, places, models, work)
            return
        for bucket in todo:
            rows = bucket_tables(dataset, bucket)
            changed = score_bucket({**rows, **self.also(bucket)}, shared, models, bucket)
            everybody = score_bucket(rows, shared, models, bucket)
            self.differences += differences(changed, everybody)
            answers = replace(everybody, n_reused=changed.n_reused)
            work.put(bucket.index, answers)
            yield bucket

    def told(self, n_fresh: int, n_people: int) -> list[str]:
        """What was done, in words."""
        told = [
            f"{n_fresh:,} of {n_people:,} people scored anew; the lists of the others are those"
            f" of run {self._previous.run_id}"
        ]
        if self.differences:
            named = ", ".join(sorted(set(self.differences)))
            told.append(f"not what scoring everybody gives: {named}; that was published instead")
        elif self._proves:
            told.append("proved: scoring everybody gives the same to the last bit")
        return told
