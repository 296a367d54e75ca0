"""Records: one for each run, whole, never changed, however the run ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ptml.errors import DataError, TryAgainError, UsageError
from ptml.jobs.code_version import code_version
from ptml.jobs.ledger import Ledger
from ptml.jobs.progress import Progress, Silent, note
from ptml.jobs.recording import Asked, record_run
from ptml.jobs.runs import line_of, told_at_length
from ptml.jobs.runs_diff import compare
from ptml.jobs.settings import RunFile, Settings

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)
# Begins a run and is killed in its second stage.
KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from ptml.jobs.progress import Silent
from ptml.jobs.recording import Asked, record_run
from ptml.jobs.settings import RunFile

def call(progress):
    progress.stage("Reading")
    progress.stage("Fitting")
    os.kill(os.getpid(), signal.SIGKILL)

run = RunFile(job="train", runs=Path(sys.argv[1]))
record_run(Asked(run), lambda: datetime(2026, 10, 2, 12, tzinfo=UTC), Silent(), call)
"""


def ticking() -> Any:
    """A clock that goes on by a second each time that it is read."""
    moments: Iterator[datetime] = (NOON + timedelta(seconds=n) for n in range(1000))
    return lambda: next(moments)


def figure(value: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """A row of evidence."""
    named = {"model": "lift", "kind": "metric", "name": "mean_lift", "bound": None}
    return {**named, "verdict": None, "value": value, "low": low, "high": high}


def run_once(folder: Path, *figures: dict[str, Any], fingerprint: str = "f", **keys: Any) -> None:
    """A run of two stages that tells some figures."""

    def call(progress: Progress) -> dict[str, Any]:
        progress.stage("Reading")
        note(progress, {"data": {"fingerprint": fingerprint, "rows": {"employees": 3}}})
        note(progress, {"as_of": "2026-10-01"})
        progress.stage("Fitting")
        return {"evidence": list(figures), "sentences": ["Done."]}

    asked = Asked(RunFile(**{"job": "train", "runs": folder, **keys}), ["ptml", "train"])
    record_run(asked, ticking(), Silent(), call)


def test_a_run_leaves_what_it_was_made_from_and_how_long_it_took(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text('job = "train"\n')
    address = "postgresql://ann:s3cret@db/hr"
    run = RunFile(job="train", data=address, runs=tmp_path / "runs")
    command = ["ptml", "run", f"--set=data={address}"]

    def call(progress: Progress) -> dict[str, Any]:
        progress.stage("Reading")
        progress.step(1, 2)
        return {"sentences": ["Done."]}

    record_run(Asked(run, command, [file]), ticking(), Silent(), call)
    record = Ledger(tmp_path / "runs").find("latest")
    assert record["id"] == "20261002T120000Z-01"
    assert (record["status"], record["exit_code"], record["seconds"]) == ("done", 0, 2.0)
    assert record["stages"] == [{"stage": "Reading", "seconds": 1.0}]
    assert record["settings"] == Settings().model_dump(mode="json")
    assert record["seed"] == 20260930
    assert record["code"]["sources"] == code_version()["sources"]
    assert {"python", "numpy", "lightgbm"} <= record["libraries"].keys()
    assert [kept["path"] for kept in record["files"]] == [str(file)]
    [path] = (tmp_path / "runs").iterdir()
    assert "s3cret" not in path.read_text()
    assert path.stat().st_mode & 0o222 == 0
    assert "published" not in " ".join(told_at_length(record))


def test_runs_of_the_same_second_do_not_collide(tmp_path: Path) -> None:
    for _ in range(3):
        run_once(tmp_path)
    ids = [record["id"] for record in Ledger(tmp_path).records()]
    assert ids == [f"20261002T120000Z-0{n}" for n in (3, 2, 1)]


@pytest.mark.parametrize(
    ("error", "status", "exit_code"),
    [
        (DataError("no http://ann:s3cret@db"), "failed", 65),
        (ValueError("a bug"), "failed", 70),
        (KeyboardInterrupt(), "stopped", 130),
    ],
)
def test_a_run_that_fails_is_recorded_too(
    tmp_path: Path, error: BaseException, status: str, exit_code: int
) -> None:
    def call(_progress: Progress) -> dict[str, Any]:
        raise error

    asked = Asked(RunFile(job="train", runs=tmp_path))
    with pytest.raises(type(error)):
        record_run(asked, ticking(), Silent(), call)
    record = Ledger(tmp_path).find("latest")
    assert (record["status"], record["exit_code"]) == (status, exit_code)
    assert "s3cret" not in json.dumps(record)
    assert str(exit_code) in line_of(record)[-1]


def test_a_killed_run_is_told_from_one_that_goes_on(tmp_path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert died.returncode == -signal.SIGKILL
    going_on = Ledger(tmp_path).begin({"job": "train", "status": "running"}, NOON)
    with next(tmp_path.glob("*-01.running")).open("a") as file:
        file.write('{"stage": "cut')
    newest, killed = Ledger(tmp_path).records()
    assert (newest["status"], killed["status"]) == ("running", "killed")
    assert "Fitting" in line_of(killed)[-1]
    assert compare(killed, killed)["is_bug"] is False
    assert Ledger(tmp_path).find("latest") == killed
    going_on.finish({"job": "train", "status": "done"})
    assert Ledger(tmp_path).find("latest")["status"] == "done"


def test_a_record_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    run_once(tmp_path)
    [path] = tmp_path.iterdir()
    path.chmod(0o644)
    path.write_text(path.read_text().replace('"exit_code": 0', '"exit_code": 1'))
    assert line_of(Ledger(tmp_path).records()[0])[2] == "damaged"
    with pytest.raises(DataError, match="was changed after writing"):
        Ledger(tmp_path).find("latest")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("2026", "beginning of 2 runs: 20261002T120000Z-02, 20261002T120000Z-01"),
        ("1999", "no run 1999"),
        ("latest~2", "has 2 runs that are over"),
    ],
)
def test_a_name_that_is_not_clear_is_refused(tmp_path: Path, name: str, told: str) -> None:
    run_once(tmp_path)
    run_once(tmp_path)
    with pytest.raises(UsageError, match=told):
        Ledger(tmp_path).find(name)
    assert Ledger(tmp_path).find("latest~1") == Ledger(tmp_path).find("20261002T120000Z-01")


def test_of_one_job_its_own_runs_are_counted(tmp_path: Path) -> None:
    for job in ("train", "evaluate", "train"):
        run_once(tmp_path, job=job)
    with pytest.raises(UsageError, match="has 1 run of job evaluate that is over"):
        Ledger(tmp_path).find("latest~1", "evaluate")
    assert Ledger(tmp_path).find("latest~1", "train")["id"].endswith("-01")


def test_beside_a_run_that_goes_on_no_figure_is_called_unknown(tmp_path: Path) -> None:
    run_once(tmp_path, figure(1.0))
    done = Ledger(tmp_path).find("latest")
    going_on = {**done, "status": "running", "outcome": {}, "data": {}}
    told = compare(done, going_on)["sentences"]
    assert "Not both were done: there are no two results to compare." in told
    assert not [line for line in told if "unknown" in line and line.startswith("  ")]
    assert not [line for line in told if "rows of" in line]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"promoted": True, "version": "v2", "refused": []}, "promoted v2"),
        (
            {"promoted": False, "version": "v2", "refused": ["lift is worse", "auc"]},
            "refused v2: lift is worse",
        ),
        ({"advice": "look", "reason": "scores moved"}, "look: scores moved"),
        ({"is_adopted": False}, "the default stays"),
        ({"sentences": ["word " * 40]}, "word " * 11 + "wo..."),
    ],
)
def test_the_list_of_runs_has_the_decision_in_a_few_words(
    tmp_path: Path, found: dict[str, Any], told: str
) -> None:
    asked = Asked(RunFile(job="promote", runs=tmp_path))
    whole = {"sentences": ["A sentence."], **found}
    record_run(asked, ticking(), Silent(), lambda _: whole)
    assert line_of(Ledger(tmp_path).find("latest"))[-1] == told


def test_a_folder_that_was_named_and_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        run_once(tmp_path / "file" / "runs")
    # Not named, it is the job's matter to say that nothing can be written there.
    run_once(tmp_path, runs=None, models=tmp_path / "file" / "models")


def test_a_record_that_cannot_be_written_is_told_with_the_result(tmp_path: Path) -> None:
    def call(_progress: Progress) -> dict[str, Any]:
        next(tmp_path.glob("*.running")).unlink()
        tmp_path.rmdir()
        return {"sentences": ["Saved."]}

    asked = Asked(RunFile(job="train", runs=tmp_path))
    with pytest.raises(TryAgainError, match=r"Saved\.\nthe run was done and could not be rec"):
        record_run(asked, ticking(), Silent(), call)


@pytest.mark.parametrize(
    ("keys", "folder"),
    [
        ({"job": "train", "models": "a/m", "out": "b/out"}, "a/runs"),
        ({"job": "score", "models": "a/m", "out": "b/out"}, "b/runs"),
        ({"job": "validate"}, "runs"),
        ({"job": "tune", "study": "a/study"}, "a/runs"),
        ({"job": "rollback", "registry": "a/registry"}, "a/runs"),
        ({"job": "train", "models": "a/m", "runs": "here"}, "here"),
    ],
)
def test_a_record_lies_beside_what_the_job_writes(keys: dict[str, Any], folder: str) -> None:
    assert Asked(RunFile(**keys)).folder == Path(folder)


def test_a_record_of_a_run_in_a_database_lies_beside_the_models_or_here(tmp_path: Path) -> None:
    out = "postgresql://ann:s3cret@db/hr"
    scored = RunFile(job="score", out=out, models=tmp_path / "models")
    assert Asked(scored).folder == tmp_path / "runs"
    assert Asked(RunFile(job="report", out=out)).folder == Path("runs")


def test_no_record_is_put_into_a_registry(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "moves.jsonl").touch()
    run = RunFile(job="monitor", models=tmp_path / "registry" / "champion")
    assert Asked(run).folder == tmp_path / "runs"


def test_the_same_input_with_another_result_is_called_a_bug(tmp_path: Path) -> None:
    run_once(tmp_path, figure(1.0))
    run_once(tmp_path, figure(1.0))
    run_once(tmp_path, figure(1.1))
    third, second, first = Ledger(tmp_path).records()
    told = " ".join(compare(first, second)["sentences"])
    assert "The same in all that decides the result" in told
    assert "The results are the same." in told
    found = compare(second, third)
    assert found["is_bug"]
    assert "This is a bug" in " ".join(found["sentences"])


def test_a_difference_is_told_with_its_cause_and_whether_intervals_overlap(tmp_path: Path) -> None:
    run_once(tmp_path, figure(1.0, 0.5, 1.5))
    changed = {"lift": {"n_folds": 5}}
    run_once(tmp_path, figure(2.0, 1.6, 2.4), fingerprint="g", settings=changed)
    other, one = Ledger(tmp_path).records()
    found = compare(one, other)
    told = "\n".join(found["sentences"])
    assert found["settings"] == {"lift.n_folds": [3, 5]}
    assert "They differ in what decides the result: settings, data." in told
    assert "1 (0.5 to 1.5) -> 2 (1.6 to 2.4), +1; intervals apart" in told
    assert not found["is_bug"]


def test_what_is_unknown_is_not_called_the_same(tmp_path: Path) -> None:
    asked = Asked(RunFile(job="train", runs=tmp_path))
    for _ in range(2):
        record_run(asked, ticking(), Silent(), lambda _: {"sentences": ["Done."]})
    one, other = Ledger(tmp_path).records()
    told = " ".join(compare(one, other)["sentences"])
    assert "unknown: data, as-of date" in told
    assert "The same in all" not in told


def test_a_package_within_somebody_elses_checkout_has_no_commit(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "__init__.py").write_text("")
    assert code_version(tmp_path)["commit"] is None
    before = code_version(tmp_path)["sources"]
    (tmp_path / "page.html").write_text("x")
    assert code_version(tmp_path)["sources"] != before
