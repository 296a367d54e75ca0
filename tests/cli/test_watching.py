"""`--log` and `--metrics` of real commands, and how they end when they are stopped."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from ptml.cli import app
from ptml.errors import Stopped
from ptml.jobs.ending import EXIT_CODES

Call = Callable[..., tuple[int, str, str]]

DOCS = Path(__file__).resolve().parents[2] / "docs"
PTML = [sys.executable, "-c", "from ptml.cli import main; main()"]


def _events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _verbs(words: tuple[str, ...], command: Any) -> list[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        return [(words, command)]
    return [verb for name, each in below.items() for verb in _verbs((*words, name), each)]


def test_every_command_that_works_can_log_and_be_measured() -> None:
    without = {
        words
        for words, verb in _verbs((), typer.main.get_command(app))
        if not {"log", "metrics"} <= {param.name for param in verb.params}
    }
    assert without == {("settings",), ("runs", "show"), ("runs", "diff")}


def test_a_run_is_logged_from_its_beginning_to_its_end(
    call: Call, organisation: Path, models: Path, tmp_path: Path
) -> None:
    log, prom = tmp_path / "log.jsonl", tmp_path / "ptml_{job}.prom"
    words = ("score", organisation, "--models", models, "--out", tmp_path / "out")
    code, _, error = call(*words, "--log", log, "--metrics", prom)
    assert code == 0, error
    told = _events(log)
    names = [event["event"] for event in told]
    assert names[:3] == ["job_started", "run_begun", "stage_started"]
    assert names[-1] == "job_done"
    assert {"data_read", "models_used", "published", "stage_ended"} <= set(names)
    assert all(re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{3}Z", event["ts"]) for event in told)
    assert len({event["pid"] for event in told}) == 1
    record = json.loads(next((tmp_path / "runs").glob("*.json")).read_text())
    assert {event["record"] for event in told[1:]} == {record["id"]}
    people = pd.read_parquet(organisation / "employees.parquet")["employee_id"]
    text = log.read_text() + (tmp_path / "ptml_score.prom").read_text()
    assert not [person for person in people if person in text]
    families = text_string_to_metric_families((tmp_path / "ptml_score.prom").read_text())
    found = {sample.name: sample.value for f in families for sample in f.samples}
    assert found["ptml_job_exit_code"] == 0
    assert 0 < found["ptml_people_scored"] <= len(people)
    assert found["ptml_job_peak_memory_bytes"] > 100 << 20


def test_a_failure_is_logged_with_code_and_kind_and_without_password(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTML_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("PTML_METRICS", str(tmp_path / "{job}.prom"))
    address = "postgresql://ann:s3cret-word@127.0.0.1:1/hr"
    words = ("train", address, "--out", tmp_path / "models", "--runs", tmp_path / "runs")
    code, _, error = call(*words)
    assert code == 75
    last = _events(tmp_path / "log")[-1]
    assert (last["event"], last["exit_code"], last["error"]) == ("job_failed", 75, "TryAgainError")
    assert last["message"] in error
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 3
    assert not [path for path in files if "s3cret-word" in path.read_text(encoding="utf-8")]
    assert "s3cret-word" not in error


def test_who_is_asked_about_is_not_logged(
    call: Call, organisation: Path, models: Path, tmp_path: Path
) -> None:
    words = ("explain", "e-nobody-17", "c1", "--data", organisation, "--models", models)
    code, _, error = call(*words, "--log", tmp_path / "log")
    assert code == 2
    assert "e-nobody-17" in error
    assert "e-nobody-17" not in (tmp_path / "log").read_text()
    row = ("e-nobody-17/c1", "--out", tmp_path, "--data", organisation)
    call("replay", *row, "--models", models, "--log", tmp_path / "log")
    assert "e-nobody-17" not in (tmp_path / "log").read_text()


def test_a_log_on_the_error_stream_is_alone_there(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ptml.cli import main

    monkeypatch.setattr("sys.argv", ["ptml", "validate", str(tmp_path / "nowhere"), "--log", "-"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 65
    lines = capfd.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in lines][-1] == "job_failed"


def test_a_place_that_cannot_be_written_ends_the_command_before_it_begins(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for option, value in (("--log", "nowhere/log"), ("--metrics", "nowhere/x.prom")):
        code, _, error = call("simulate", "x", option, value)
        assert code == 2
        assert option in error
    assert list(tmp_path.iterdir()) == []


def test_a_bug_ends_in_one_line_and_all_of_it_is_in_a_file(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("e00017")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("ptml.jobs.report.run_report", broken)
    words = ("report", "out", "--log", tmp_path / "log", "--runs", tmp_path / "runs")
    code, _, error = call(*words)
    [kept] = tmp_path.glob("ptml-bug-*.txt")
    assert code == 70
    assert len(error.strip().splitlines()) == 1
    assert str(kept) in error
    assert "Traceback" in kept.read_text()
    last = _events(tmp_path / "log")[-1]
    assert (last["error"], last["traceback"]) == ("KeyError", str(kept))
    assert "e00017" not in (tmp_path / "log").read_text()
    monkeypatch.setenv("PTML_DEBUG", "1")
    code, _, error = call(*words)
    assert code == 70
    assert "Traceback" in error


def _started(tmp_path: Path, *words: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TMPDIR": str(tmp_path)}
    return subprocess.Popen(
        [*PTML, *map(str, words)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _wait_for(path: Path, words: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if path.exists() and words in path.read_text(encoding="utf-8"):
            return
        time.sleep(0.02)
    raise AssertionError(f"{words} did not appear in {path}")


def test_a_signal_to_end_cleans_up_and_leaves_the_last_run(
    organisation: Path, models: Path, published: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(published, out, symlinks=True)
    before = (out / "current").readlink()
    settings = tmp_path / "s.toml"
    settings.write_text("[settings]\nseed = 1\n[settings.scoring]\nbucket_employees = 20\n")
    words = ("--models", models, "--out", out, "--settings", settings, "--log", tmp_path / "log")
    process = _started(tmp_path, "score", organisation, *words)
    _wait_for(tmp_path / "log", "Scoring people")
    process.send_signal(signal.SIGTERM)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 143, error
    assert error.decode().splitlines()[-1].startswith("ptml: stopped")
    last = _events(tmp_path / "log")[-1]
    assert (last["event"], last["exit_code"]) == ("job_stopped", 143)
    assert (out / "current").readlink() == before
    assert not (out / ".publishing").exists()
    assert not list(tmp_path.glob("ptml-*"))
    [record] = [json.loads(path.read_text()) for path in (tmp_path / "runs").glob("*.json")]
    assert (record["status"], record["exit_code"]) == ("stopped", 143)


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (Stopped(), 143)])
def test_a_hand_that_stops_is_told(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: KeyboardInterrupt,
    code: int,
) -> None:
    def stopped(*_: object) -> None:
        raise error

    monkeypatch.setattr("ptml.jobs.report.run_report", stopped)
    words = ("report", "out", "--log", tmp_path / "log", "--runs", tmp_path / "runs")
    ended, _, told = call(*words)
    assert (ended, told) == (code, "ptml: stopped; what was published before is whole\n")
    assert _events(tmp_path / "log")[-1]["exit_code"] == code


def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path) -> None:
    process = _started(tmp_path, "settings")
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        error = process.stderr.read().decode()
        assert process.wait(60) == 141, error
    assert "Traceback" not in error


# A real call of each command that ends with each code that is easy to come by.
MISTAKES: list[tuple[int, list[str]]] = [
    (0, ["settings", "lift.n_folds"]),
    (0, ["simulate", "made", "--employees", "60", "--courses", "4", "--quarters", "6"]),
    (0, ["validate", "made"]),
    (0, ["doctor"]),
    (2, ["demo", "--employees", "0"]),
    (2, ["simulate", "x", "--dial", "keenness"]),
    (65, ["validate", "nowhere"]),
    (75, ["validate", "postgresql://ann@127.0.0.1:1/hr"]),
    (65, ["train", "nowhere", "--out", "m", "--no-track"]),
    (2, ["train", "made"]),
    (65, ["score", "nowhere", "--models", "m", "--out", "o"]),
    (2, ["score", "made", "--models", "m", "--out", "ftp://x"]),
    (2, ["report", "nowhere"]),
    (2, ["budget", "--out", "nowhere", "--money", "100"]),
    (65, ["explain", "e", "c", "--data", "nowhere", "--models", "m"]),
    (65, ["path", "e", "--data", "nowhere", "--models", "m"]),
    (2, ["monitor", "nowhere", "--models", "m"]),
    (2, ["promote", "nowhere", "--models", "m", "--registry", "r", "--who", "a", "--why", "b"]),
    (2, ["rollback", "--registry", "r", "--who", "a", "--why", "b"]),
    (2, ["moves", "--registry", "r"]),
    (65, ["evaluate", "acting", "nowhere"]),
    (65, ["evaluate", "window", "nowhere", "--models", "m"]),
    (65, ["tune", "lift", "nowhere", "--no-track"]),
    (2, ["replay", "e/c", "--out", "o", "--data", "nowhere", "--models", "m"]),
    (2, ["run", "nowhere.toml"]),
    (2, ["runs", "--runs", "nowhere"]),
    (2, ["runs", "show", "latest", "--runs", "nowhere"]),
    (2, ["runs", "diff", "a", "b", "--runs", "nowhere"]),
    (2, ["compare-policies", "nowhere", "--new", "o"]),
    (2, ["import", "oulad", "nowhere", "x"]),
    (2, ["import", "mooccubex", "nowhere", "x"]),
    (2, ["import", "xapi", "nowhere", "x"]),
    (2, ["import", "moodle", "nowhere", "x"]),
    (2, ["import", "scorm", "nowhere", "x"]),
    (2, ["import", "hris", "nowhere", "x"]),
    (2, ["import", "esco", "nowhere", "x"]),
    (2, ["import", "onet", "nowhere", "x"]),
    (2, ["import", "merge", "x", "nowhere"]),
    (2, ["year", "x", "--employees", "1"]),
    (3, ["doctor", "nowhere"]),
    (2, ["erase", "e"]),
    (2, ["prune"]),
    (2, ["migrate", "nowhere"]),
    (0, ["spark-sizing"]),
    (2, ["review", "--data", "nowhere", "--db", "sqlite:///r.db"]),
    (2, ["review-account", "a", "--name", "A", "--role", "boss", "--password-file", "nowhere"]),
    (2, ["review-export", "e", "--db", "sqlite:///no.db", "--data", "nowhere", "--out", "e.json"]),
    (2, ["review-erase", "e", "--db", "sqlite:///r.db"]),
    (2, ["review-migrate", "--db", "mysql://h/d"]),
    (2, ["audit", "verify", "--db", "mysql://h/d"]),
    (2, ["audit", "head", "--db", "sqlite:///nothing.db"]),
    (2, ["nonsense"]),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.mark.parametrize(("exit_code", "words"), MISTAKES, ids=[" ".join(m[1]) for m in MISTAKES])
def test_a_command_ends_with_its_code(
    call: Call, desk: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int, words: list[str]
) -> None:
    monkeypatch.chdir(desk)
    code, _, error = call(*words)
    assert code == exit_code, error
    assert "Traceback" not in error


def test_every_command_was_called() -> None:
    verbs = {words for words, _ in _verbs((), typer.main.get_command(app)) if words[0] != "bench"}
    called = {tuple(words[: len(verb)]) for verb in verbs for _, words in MISTAKES}
    assert verbs - called == set()


def _table(page: str, columns: int) -> list[list[str]]:
    lines = (DOCS / "reference" / page).read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:2] == "| "]
    return [row for row in rows if len(row) == columns]


def test_the_documented_codes_are_those_that_are_given() -> None:
    documented = {int(row[0]) for row in _table("exit-codes.md", 5) if row[0].isdigit()}
    assert documented == set(EXIT_CODES)
    assert {code for code, _ in MISTAKES} >= {0, 2, 3, 65, 75}
