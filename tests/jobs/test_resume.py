"""A run that is stopped goes on where it was, and is the same to the byte."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ptml.contracts.lock import writer_lock
from ptml.errors import TryAgainError
from ptml.features.bucket import Bucket
from ptml.jobs import workers
from ptml.jobs.bucket_answers import score_bucket
from ptml.jobs.models import Models
from ptml.jobs.progress import Silent
from ptml.jobs.run_shared import RunShared
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.worker_process import WorkerProcess
from ptml.publish import BucketAnswers, Work, read_run
from tests.conftest import SETTINGS, at_noon

ROOT = Path(__file__).parents[2]
N_BUCKETS = 6


def cut_small(workers: int = 1) -> Settings:
    """Settings of the tests with six buckets."""
    scoring = SETTINGS.scoring.model_copy(update={"bucket_employees": 100, "workers": workers})
    return SETTINGS.model_copy(update={"scoring": scoring})


@pytest.fixture(scope="module")
def whole(organisation: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in six buckets that nothing disturbed."""
    out = tmp_path_factory.mktemp("whole") / "out"
    score(organisation, models, out)
    return out


def score(organisation: Path, models: Path, out: Path, workers: int = 1) -> list[str]:
    """Score, and give what was told."""
    told = run_scoring(
        str(organisation), models, str(out), None, cut_small(workers), [], at_noon, Silent()
    )
    return list(told["sentences"])


def bytes_of(out: Path) -> dict[str, bytes]:
    """All tables of a run, and its manifest."""
    return {path.name: path.read_bytes() for path in sorted((out / "current").resolve().iterdir())}


def finished(out: Path) -> list[str]:
    """Buckets that lie in the work folder."""
    return sorted(path.name for path in (out / "runs/.unfinished/buckets").glob("[0-9]*"))


@pytest.fixture(scope="module")
def killed(organisation: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place where a run was killed after three buckets; to be copied."""
    out = tmp_path_factory.mktemp("killed") / "out"
    words = [str(organisation), str(models), str(out), "3"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.killed_scorer", *words], cwd=ROOT, check=False
    )
    assert done.returncode == -signal.SIGKILL
    return out


@pytest.fixture
def half_way(killed: Path, tmp_path: Path) -> Path:
    """A place of its own where a run was killed after three buckets."""
    return Path(shutil.copytree(killed, tmp_path / "out", symlinks=True))


class Count:
    """Counts which buckets are scored in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scored: list[int] = []
        monkeypatch.setattr(workers, "score_bucket", self._score)

    def _score(
        self, tables: Mapping[str, pa.Table], shared: RunShared, models: Models, bucket: Bucket
    ) -> BucketAnswers:
        self.scored.append(bucket.index)
        return score_bucket(tables, shared, models, bucket)


def test_a_killed_run_goes_on_at_the_first_unfinished_bucket_with_the_same_bytes(
    organisation: Path, models: Path, whole: Path, half_way: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert finished(half_way) == ["000000", "000001", "000002"]
    assert not (half_way / "current").exists()
    count = Count(monkeypatch)
    told = score(organisation, models, half_way)
    assert count.scored == [3, 4, 5]
    assert "3 of 6 buckets were finished before" in told
    assert bytes_of(half_way) == bytes_of(whole)
    assert not (half_way / "runs/.unfinished").exists()


def test_a_damaged_bucket_is_scored_again(
    organisation: Path, models: Path, whole: Path, half_way: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = half_way / "runs/.unfinished/buckets/000001/tables/lift.parquet"
    data = bytearray(table.read_bytes())
    data[len(data) // 2] ^= 1
    table.write_bytes(bytes(data))
    count = Count(monkeypatch)
    score(organisation, models, half_way)
    assert count.scored == [1, 3, 4, 5]
    assert bytes_of(half_way) == bytes_of(whole)


def test_what_another_run_has_finished_is_not_taken(
    organisation: Path, models: Path, half_way: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = Count(monkeypatch)
    settings = cut_small().model_copy(update={"seed": 99})
    run_scoring(str(organisation), models, str(half_way), None, settings, [], at_noon, Silent())
    assert count.scored == list(range(N_BUCKETS))


def kill_now(process: WorkerProcess) -> int:
    """Kill it, and wait till it is gone; its number."""
    pid = process._process.pid or 0
    os.kill(pid, signal.SIGKILL)
    process._process.join()
    return pid


def test_side_by_side_with_a_process_that_is_killed_the_bytes_are_the_same(
    organisation: Path,
    models: Path,
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin, start = WorkerProcess.begin, workers._Processes.__init__
    deaths: list[int] = []
    started: list[int] = []

    def kill_one(process: WorkerProcess, *words: Any) -> None:
        begin(process, *words)
        if not deaths:
            deaths.append(kill_now(process))

    def count(processes: workers._Processes, *words: Any) -> None:
        start(processes, *words)
        started.append(len(processes._all))

    monkeypatch.setattr(WorkerProcess, "begin", kill_one)
    monkeypatch.setattr(workers._Processes, "__init__", count)
    score(organisation, models, tmp_path / "out", workers=2)
    assert len(deaths) == 1
    # What was being scored goes on alone, and what was not begun by two as before.
    assert started == [2, 1, 2]
    assert bytes_of(tmp_path / "out") == bytes_of(whole)


def test_a_process_that_is_killed_while_the_next_is_started_holds_nothing_up(
    organisation: Path,
    models: Path,
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = WorkerProcess.__init__
    begun: list[WorkerProcess] = []

    def kill_the_first(process: WorkerProcess, *words: Any) -> None:
        start(process, *words)
        begun.append(process)
        if len(begun) == 2:
            kill_now(begun[0])

    monkeypatch.setattr(WorkerProcess, "__init__", kill_the_first)
    score(organisation, models, tmp_path / "out", workers=2)
    assert len(begun) > 2
    assert bytes_of(tmp_path / "out") == bytes_of(whole)


def test_a_process_that_dies_again_and_again_ends_the_job_with_the_way_out(
    organisation: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = WorkerProcess.begin

    def kill_all(process: WorkerProcess, *words: Any) -> None:
        begin(process, *words)
        kill_now(process)

    monkeypatch.setattr(WorkerProcess, "begin", kill_all)
    with pytest.raises(TryAgainError, match=r"bucket \d of 6 was killed twice.*bucket_employees"):
        score(organisation, models, tmp_path / "out", workers=2)
    assert not (tmp_path / "out/current").exists()


def test_the_same_run_again_changes_nothing(
    organisation: Path, models: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out, symlinks=True)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    count = Count(monkeypatch)
    told = score(organisation, models, out)
    assert count.scored == []
    assert told[-1].endswith("is published in " + str(out) + " already: no change.")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_what_a_job_left_that_was_killed_after_its_run_was_shown_is_cleared(
    organisation: Path, models: Path, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out, symlinks=True)
    (out / "runs/.unfinished/buckets/000001").mkdir(parents=True)
    with writer_lock(out / ".publishing", "out"):
        score(organisation, models, out)
        assert (out / "runs/.unfinished").exists()
    told = score(organisation, models, out)
    assert told[-1].endswith("already: no change.")
    assert not (out / "runs/.unfinished").exists()
    assert not (out / ".publishing").exists()


def test_a_bucket_whose_process_is_refused_memory_twice_ends_the_job_with_the_way_out(
    organisation: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = WorkerProcess.begin

    def limit_all(process: WorkerProcess, *words: Any) -> None:
        begin(process, *words)
        with suppress(ProcessLookupError):
            resource.prlimit(process._process.pid or 0, resource.RLIMIT_AS, (1 << 20, 1 << 20))

    monkeypatch.setattr(WorkerProcess, "begin", limit_all)
    with pytest.raises(TryAgainError, match=r"twice, or refused memory.*bucket_employees"):
        score(organisation, models, tmp_path / "out", workers=2)


def test_a_damaged_run_is_published_anew(
    organisation: Path, models: Path, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out, symlinks=True)
    (out / "current").resolve().joinpath("lift.parquet").write_bytes(b"PAR1")
    score(organisation, models, out)
    assert bytes_of(out)["lift.parquet"] == bytes_of(whole)["lift.parquet"]
    assert read_run(str(out)).about["rows"]["lift"] > 0


def test_what_is_shared_comes_back_as_it_was_saved(
    organisation: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[RunShared] = []
    of = RunShared.of

    def remember(*words: object) -> RunShared:
        seen.append(of(*words))  # type: ignore[arg-type]
        return seen[-1]

    monkeypatch.setattr(RunShared, "of", remember)
    score(organisation, models, tmp_path / "out")
    [shared] = seen
    shared.save(tmp_path / "one")
    RunShared.load(tmp_path / "one").save(tmp_path / "two")
    ones = sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(ones) > 10
    for path in ones:
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        if path.suffix != ".npz":  # a zip tells the time
            assert path.read_bytes() == other.read_bytes()


def test_half_written_answers_are_no_answers(tmp_path: Path) -> None:
    about = {"as_of": "2026-10-02", "run_id": "20261002-0123456789abcdef"}
    work = Work.begin(tmp_path / "work", about)
    people = pa.table({"employee_id": ["e1", "e2"], "digest": ["00ff00ff00ff00ff", "1" * 16]})
    work.put(3, BucketAnswers({"inputs": people}, {}, {}, 2))
    found = work.get(3)
    assert found is not None
    piece = pq.read_table(found.pieces["inputs"])
    assert piece["employee_id"].to_pylist() == ["e1", "e2"]
    assert set(piece["run_id"].to_pylist()) == {about["run_id"]}
    (work.folder / "buckets/000003/manifest.json").unlink()
    assert work.get(3) is None
    assert work.get(4) is None
