"""Rows of buckets for who asks for them one after another: read several at once, kept till then."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.features.bucket import Bucket, tables_of_buckets

# People whose rows are held at once: with a hundred rows each some 250 MB.
PEOPLE_AT_ONCE = 40_000


class ReadAhead:
    """What buckets are scored from, read a few buckets ahead.

    Parameters
    ----------
    dataset : Dataset
    todo : sequence of Bucket
        In the order in which they will be asked for; one that is asked for again, because its
        process was killed, is read again.
    """

    def __init__(self, dataset: Dataset, todo: Sequence[Bucket]) -> None:
        self._dataset = dataset
        self._todo = {bucket.index: bucket for bucket in todo}
        self._held: dict[int, Mapping[str, pa.Table]] = {}

    def rows(self, bucket: Bucket) -> Mapping[str, pa.Table]:
        """The rows of the bucket's people, by table."""
        if bucket.index not in self._held:
            self._todo.pop(bucket.index, None)
            following = range(bucket.index + 1, bucket.index + self._n_at_once(bucket))
            ahead = list(takewhile(self._todo.__contains__, following))
            buckets = [bucket, *map(self._todo.pop, ahead)]
            found = tables_of_buckets(self._dataset, buckets)
            self._held |= {one.index: tables for one, tables in zip(buckets, found, strict=True)}
        return self._held.pop(bucket.index)

    def _n_at_once(self, bucket: Bucket) -> int:
        return max(PEOPLE_AT_ONCE * bucket.count // max(self._dataset.rows_read["employees"], 1), 1)
