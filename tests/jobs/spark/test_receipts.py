"""One attempt at a bucket counts, whatever else was tried."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ptml.errors import TryAgainError
from ptml.jobs.spark.receipts import adopt_finished, attempt_folder, settle
from ptml.publish import BucketAnswers, Work

ABOUT = {"as_of": "2026-10-02", "run_id": "20261002-0123456789abcdef"}
INPUTS = pa.table({"employee_id": ["e1"], "digest": ["00ff00ff00ff00ff"]})
ANSWERS = BucketAnswers({"inputs": INPUTS}, {"n": np.ones(2)}, {}, 1)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work.begin(tmp_path / "work", ABOUT)


def attempt(work: Work, bucket: int, name: str) -> dict[str, object]:
    folder = attempt_folder(work.folder, bucket, name)
    ANSWERS.save(folder, work.stamp)
    return {"bucket": bucket, "folder": folder.name}


def names(work: Work) -> list[str]:
    return sorted(path.name for path in work.buckets.iterdir())


def test_a_bucket_that_was_scored_twice_is_there_once(work: Work) -> None:
    receipts = [attempt(work, 0, "a"), attempt(work, 0, "b"), attempt(work, 1, "c")]
    assert settle(work, receipts, range(2)) == [0, 1]
    assert names(work) == ["000000", "000001"]
    assert work.get(0) is not None


def test_a_finished_attempt_is_taken_while_others_work(work: Work) -> None:
    attempt(work, 2, "a")
    (attempt_folder(work.folder, 1, "b") / "tables").mkdir(parents=True)
    assert adopt_finished(work) == [2]
    assert adopt_finished(work) == []
    assert names(work) == [".000001-b", "000002"]


def test_a_bucket_without_a_receipt_is_missed(work: Work) -> None:
    with pytest.raises(TryAgainError, match="bucket 2 among them"):
        settle(work, [attempt(work, 0, "a")], range(2))


def test_a_disk_that_is_not_shared_is_told(work: Work) -> None:
    with pytest.raises(TryAgainError, match="share"):
        settle(work, [{"bucket": 0, "folder": ".000000-elsewhere"}], range(1))


def test_what_was_half_written_is_swept_when_the_run_goes_on(work: Work) -> None:
    attempt(work, 0, "a")
    Work.begin(work.folder, ABOUT)
    assert names(work) == []
