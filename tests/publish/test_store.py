"""An object store: a run is sent, then shown by one write; faults, locks, kills, flipped bits."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from ptml.contracts.store import open_store
from ptml.errors import DataError, TryAgainError, UsageError
from ptml.publish import open_publication, read_run
from ptml.publish.config import PublishConfig
from ptml.sources import read_dataset

from .runs import FINISHED, lift_piece, mark_of, publish, record
from .stores import BUCKET, ROOT, SECRET, LocalStore

OUT = f"s3://{BUCKET}/weekly"


def runs_there() -> set[str]:
    """Folders of runs below the prefix, pointed to or not."""
    return {name.split("/")[1] for name in open_store(OUT).names("runs")}


def test_the_last_run_is_read_back_and_old_ones_go(store: LocalStore) -> None:
    for mark in (1, 2, 3):
        config = PublishConfig(kept_runs=2)
        with open_publication(OUT, record(mark), lambda: FINISHED, config=config) as publication:
            publication.append("lift", lift_piece(mark))
            publication.commit({})
    run = read_run(OUT)
    assert set(run.tables["lift"]["support"]) == {3}
    assert run.tables["warnings"].empty
    assert {name.rpartition(".")[0] for name in runs_there()} == {
        record(2).run_id,
        record(3).run_id,
    }


def test_who_opened_a_run_keeps_reading_it_while_another_is_published(store: LocalStore) -> None:
    publish(OUT, 1)
    run = read_run(OUT)
    publish(OUT, 2)
    assert mark_of(run) == 1


@pytest.mark.parametrize("status", [503, 0])
def test_a_store_that_is_busy_for_a_moment_is_asked_again(store: LocalStore, status: int) -> None:
    store.fail(
        {"times": 1, "status": status, "method": "PUT", "holds": "lift.parquet"},
        {"times": 1, "status": status, "method": "PUT", "holds": "current.json"},
    )
    publish(OUT)
    assert mark_of(read_run(OUT)) == 1


def test_a_pointer_whose_answer_was_lost_counts(store: LocalStore) -> None:
    publish(OUT, 1)
    store.fail({"times": 1, "status": 503, "method": "PUT", "holds": "current", "after": True})
    publish(OUT, 2)
    assert mark_of(read_run(OUT)) == 2


@pytest.mark.parametrize(
    ("holds", "status"), [("lift.parquet", 503), ("manifest.json", 0), ("current.json", 503)]
)
def test_a_store_that_goes_away_shows_the_last_run(
    store: LocalStore, holds: str, status: int
) -> None:
    publish(OUT, 1)
    store.fail({"times": 999, "status": status, "method": "PUT", "holds": holds})
    with pytest.raises(TryAgainError, match="did not answer as it should") as raised:
        publish(OUT, 2)
    assert "\n" not in str(raised.value)
    assert SECRET not in str(raised.value)
    store.fail()
    assert mark_of(read_run(OUT)) == 1
    publish(OUT, 3)
    assert mark_of(read_run(OUT)) == 3
    assert len(runs_there()) == 2


def test_a_flipped_bit_is_seen_when_the_table_is_looked_up(store: LocalStore) -> None:
    publish(OUT)
    there = open_store(OUT)
    [name] = [name for name in there.names("runs") if name.endswith("lift.parquet")]
    content = bytearray(there.read(name) or b"")
    content[len(content) // 2] ^= 1
    there.put(name, bytes(content))
    run = read_run(OUT)
    assert len(run.tables["segments"]) == 6
    with pytest.raises(DataError, match=r"lift\.parquet in .* changed after writing"):
        run.arrow("lift")


@pytest.mark.parametrize("name", ["manifest.json", "current.json"])
def test_what_points_to_the_tables_is_checked_too(store: LocalStore, name: str) -> None:
    publish(OUT)
    there = open_store(OUT)
    [full] = [found for found in there.names() if found.endswith(name)]
    there.put(full, (there.read(full) or b"").replace(b"2026", b"2027"))
    with pytest.raises(DataError, match=name.replace(".", r"\.")):
        read_run(OUT)


def test_the_second_of_two_writers_is_told_who_is_there(store: LocalStore, tmp_path: Path) -> None:
    other = PublishConfig(work_folder=tmp_path / "another machine")
    with (
        open_publication(OUT, record(1), lambda: FINISHED),
        pytest.raises(TryAgainError, match=r"another run is writing to s3.*: process \d+ on"),
        open_publication(OUT, record(2), lambda: FINISHED, config=other),
    ):
        pytest.fail("two were let in")
    publish(OUT, 3)
    assert mark_of(read_run(OUT)) == 3


def test_who_slept_over_its_time_shows_nothing(store: LocalStore, tmp_path: Path) -> None:
    other = PublishConfig(work_folder=tmp_path / "another machine")

    def later() -> datetime:
        return FINISHED + timedelta(hours=1)

    with open_publication(OUT, record(1), lambda: FINISHED) as slow:
        slow.append("lift", lift_piece(1))
        with open_publication(OUT, record(2), later, config=other) as fast:
            fast.append("lift", lift_piece(2))
            fast.commit({})
        with pytest.raises(TryAgainError, match="another run took over"):
            slow.commit({})
    assert set(read_run(OUT).tables["lift"]["support"]) == {2}


def test_a_killed_publisher_shows_nothing_and_is_cleared_away(store: LocalStore) -> None:
    publish(OUT, 1)
    died = subprocess.run(
        [sys.executable, "-m", "tests.publish.killed_sender", OUT, "manifest.json"],
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert died.returncode == -9
    assert mark_of(read_run(OUT)) == 1
    assert len(runs_there()) == 2
    with pytest.raises(TryAgainError, match="holds the place until"):
        publish(OUT, 3)
    publish(OUT, 3, now=FINISHED + timedelta(hours=1))
    assert mark_of(read_run(OUT)) == 3
    assert len(runs_there()) == 2


def test_uploads_in_parts_that_were_never_finished_are_given_up(store: LocalStore) -> None:
    there = open_store(OUT)
    there.system.call_s3("create_multipart_upload", Bucket=BUCKET, Key="weekly/runs/x/lift.parquet")
    there.system.call_s3("create_multipart_upload", Bucket=BUCKET, Key="theirs/lift.parquet")
    publish(OUT)
    left = there.system.list_multipart_uploads(BUCKET)
    assert [upload["Key"] for upload in left] == ["theirs/lift.parquet"]


def test_a_file_goes_up_in_parts(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptml.contracts.store.PART_BYTES", 5 << 20)
    path = tmp_path / "large"
    path.write_bytes(bytes(range(256)) * (12 << 12))
    open_store(OUT).send(path, "large")
    assert open_store(OUT).read("large") == path.read_bytes()
    assert sum("partNumber" in line for line in store.log()) == 3


@pytest.mark.parametrize(
    "address", ["s3://key:s3cr3t@bucket/x", "s3://bucket/x?secret=s3cr3t", "s3://", "s3:///x"]
)
def test_an_address_with_a_secret_or_without_a_bucket_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="s3://BUCKET/PREFIX") as raised:
        read_run(address)
    assert "s3cr3t" not in str(raised.value)


def test_a_bucket_that_is_not_there_is_told_in_one_line(store: LocalStore) -> None:
    with pytest.raises(UsageError, match="check the bucket") as raised:
        publish("s3://no-such-bucket/x")
    assert "\n" not in str(raised.value)


def test_nothing_published_says_how_to(store: LocalStore) -> None:
    with pytest.raises(UsageError, match="no run was published to s3://people/weekly"):
        read_run(OUT)


def test_a_pointer_that_is_not_ours_is_never_overwritten(store: LocalStore) -> None:
    there = open_store(OUT)
    there.put("current.json", json.dumps({"theirs": 1}).encode())
    with pytest.raises(UsageError, match=r"holds current\.json, which ptml did not write"):
        publish(OUT)
    assert there.read("current.json") == b'{"theirs": 1}'


def test_tables_are_read_from_a_store(store: LocalStore) -> None:
    there = open_store(f"s3://{BUCKET}/data")
    there.put("employees.csv", b"employee_id\ne1\ne2\n")
    there.put("courses.csv", b"course_id,title\nc1,Welding\n")
    there.put("notes.txt", b"theirs")
    there.put(
        "enrolments.csv", b"enrolment_id,employee_id,course_id,enrolled_on\nx1,e1,c1,2026-01-05\n"
    )
    with read_dataset(f"s3://{BUCKET}/data") as dataset:
        assert dataset.rows_read["employees"] == 2
        assert dataset.address == f"s3://{BUCKET}/data"
        assert isinstance(dataset.arrow("SELECT * FROM enrolments"), pa.Table)
    there.put("SHA256SUMS", f"{'0' * 64}  employees.csv\n".encode())
    with pytest.raises(DataError, match=r"employees\.csv changed; courses\.csv is not listed"):
        read_dataset(f"s3://{BUCKET}/data")
    with pytest.raises(DataError, match="has no table of the contract"):
        read_dataset(f"s3://{BUCKET}/nothing")


def test_an_object_that_is_replaced_after_it_was_listed_is_not_taken(
    store: LocalStore, tmp_path: Path
) -> None:
    there = open_store(f"s3://{BUCKET}/data")
    there.put("courses.csv", b"course_id\nc1\n")
    listed = there.names()["courses.csv"]
    there.put("courses.csv", b"course_id\nc2\n")
    with pytest.raises(TryAgainError, match="changed while it was read"):
        there.fetch("courses.csv", tmp_path / "courses.csv", listed)
    there.fetch("courses.csv", tmp_path / "courses.csv")
    assert (tmp_path / "courses.csv").read_bytes() == b"course_id\nc2\n"
