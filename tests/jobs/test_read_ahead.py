from collections.abc import Iterator
from pathlib import Path

import pytest

from ptml.contracts.dataset import Dataset
from ptml.features.bucket import LOGS, Bucket, bucket_tables, buckets_of, tables_of_buckets
from ptml.jobs import read_ahead
from ptml.jobs.read_ahead import ReadAhead
from ptml.sources import read_dataset


@pytest.fixture(scope="module")
def dataset(organisation: Path) -> Iterator[Dataset]:
    with read_dataset(str(organisation)) as found:
        yield found


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Which buckets each look at the tables brought."""
    found: list[list[int]] = []

    def noted(dataset: Dataset, buckets: list[Bucket]) -> object:
        found.append([bucket.index for bucket in buckets])
        return tables_of_buckets(dataset, buckets)

    monkeypatch.setattr(read_ahead, "tables_of_buckets", noted)
    monkeypatch.setattr(read_ahead, "PEOPLE_AT_ONCE", 250)
    return found


def test_rows_are_those_of_each_bucket_alone(dataset: Dataset, looks: list[list[int]]) -> None:
    buckets = buckets_of(dataset, 100)
    ahead = ReadAhead(dataset, buckets)
    n_rows = dict.fromkeys(LOGS, 0)
    for bucket in buckets:
        rows, alone = ahead.rows(bucket), bucket_tables(dataset, bucket)
        assert set(rows) == set(alone) == set(LOGS)
        for name, table in alone.items():
            assert rows[name].equals(table)
            n_rows[name] += len(table)
    assert looks == [[0, 1], [2, 3], [4, 5]]
    assert n_rows == {name: dataset.rows_read.get(name, 0) for name in LOGS}


def test_a_bucket_that_is_asked_for_again_is_read_again(
    dataset: Dataset, looks: list[list[int]]
) -> None:
    buckets = buckets_of(dataset, 100)
    # Bucket 2 was finished before; 1 is asked for a second time.
    todo = [bucket for bucket in buckets if bucket.index != 2]
    ahead = ReadAhead(dataset, todo)
    for index in (0, 1, 3, 1, 4, 5):
        rows = ahead.rows(buckets[index])
        assert rows["enrolments"].equals(bucket_tables(dataset, buckets[index])["enrolments"])
    assert looks == [[0, 1], [3, 4], [1], [5]]


def test_a_bucket_of_more_people_than_are_read_at_once_is_read_alone(
    dataset: Dataset, looks: list[list[int]]
) -> None:
    buckets = buckets_of(dataset, 300)
    ahead = ReadAhead(dataset, buckets)
    for bucket in buckets:
        ahead.rows(bucket)
    assert looks == [[0], [1]]
