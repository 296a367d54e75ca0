"""Each check of the doctor is seen to fail, and nothing stays behind."""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pandas as pd
import pytest

from ptml.contracts.manifest import write_manifest
from ptml.contracts.scratch import OWNED, bytes_of
from ptml.contracts.store import Store
from ptml.jobs.doctor import Patient, examine
from ptml.jobs.doctor.finding import Finding, made
from ptml.jobs.doctor.leftovers import check_leftovers
from ptml.jobs.doctor.machine import check_clock, check_cores, check_language, cores_allowed
from ptml.jobs.doctor.place import check_out, place_of
from ptml.jobs.doctor.room import (
    BUCKET_EMPLOYEES,
    MEMORY_LIMIT,
    Need,
    check_disk,
    check_memory,
    free_memory,
    need_of,
)
from ptml.jobs.doctor.source import Size, check_data, check_newest
from ptml.jobs.doctor.store import check_store
from ptml.jobs.doctor.trained import check_models
from ptml.jobs.doctor.versions import check_versions
from ptml.jobs.ledger import Ledger
from ptml.jobs.settings import Settings

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)

Call = Callable[..., tuple[int, str, str]]


def at_noon() -> datetime:
    return NOON


def _clock() -> float:
    return 0.0


def verdicts(findings: Iterator[Finding] | list[Finding]) -> dict[str, str]:
    return {finding.check: finding.verdict for finding in findings}


def _tables(folder: Path, newest: str = "2026-09-01") -> Path:
    folder.mkdir(parents=True)
    day = [pd.Timestamp(newest).date()]
    frames: dict[str, dict[str, list[Any]]] = {
        "employees": {"employee_id": ["e"]},
        "courses": {"course_id": ["c"]},
        "enrolments": {
            "enrolment_id": ["n"],
            "employee_id": ["e"],
            "course_id": ["c"],
            "enrolled_on": day,
        },
    }
    for name, columns in frames.items():
        pd.DataFrame(columns).to_parquet(folder / f"{name}.parquet")
    return folder


def _models(folder: Path, **about: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "weights.json").write_text("{}")
    from ptml import __version__

    write_manifest(folder, {"ptml": __version__, "as_of": "2026-09-01", **about})
    return folder


def _tree(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.lstat().st_size for p in sorted(folder.rglob("*"))}


def test_a_well_place_is_told_so_and_nothing_stays(tmp_path: Path) -> None:
    data, models = _tables(tmp_path / "data"), _models(tmp_path / "models")
    (tmp_path / "out").mkdir()
    before = _tree(tmp_path)
    patient = Patient(str(data), models, str(tmp_path / "out"), tmp_path)
    found = examine(patient, at_noon, time.monotonic)
    assert [f for f in found["findings"] if f["verdict"] == "stop"] == []
    assert found["exit_code"] == 0
    assert _tree(tmp_path) == before


def test_a_stop_ends_with_three_and_a_look_only_when_strict(tmp_path: Path) -> None:
    old = _models(tmp_path / "old", as_of="2024-01-01")
    nothing = Patient(None, tmp_path / "nowhere", None, None)
    assert examine(nothing, at_noon, _clock)["exit_code"] == 3
    looks = Patient(None, old, None, None)
    assert examine(looks, at_noon, _clock)["exit_code"] == 0
    assert examine(looks, at_noon, _clock, is_strict=True)["exit_code"] == 3


def test_the_command_tells_a_line_a_check_or_json(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = call("doctor", "nowhere", "--out", "ftp://x", "--json")
    assert code == 3
    found = verdicts([Finding(**each) for each in json.loads(out)["findings"]])
    assert (found["data"], found["out"]) == ("stop", "stop")
    code, out, _ = call("doctor", "nowhere")
    assert out.splitlines()[0].startswith("stop  data: there are no data at nowhere; ")


def test_a_check_that_breaks_ends_no_other() -> None:
    def broken() -> list[Finding]:
        raise ZeroDivisionError

    assert verdicts(made("x", broken)) == {"x": "look"}


def test_tables_and_columns_that_are_missing_stop(tmp_path: Path) -> None:
    data = _tables(tmp_path / "data")
    (data / "courses.parquet").unlink()
    found, _ = check_data(str(data), _clock, at_noon)
    assert verdicts(found)["tables"] == "stop"
    (data / "courses.parquet").write_bytes(b"no parquet")
    found, _ = check_data(str(data), _clock, at_noon)
    assert verdicts(found)["tables"] == "stop"


def test_tables_that_may_not_be_read_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _tables(tmp_path / "data")
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).stem != "employees")
    found, _ = check_data(str(data), _clock, at_noon)
    assert verdicts(found)["rights"] == "stop"
    assert "employees.parquet" in next(f.told for f in found if f.check == "rights")


def test_a_duckdb_file_is_looked_at_and_one_in_use_stops(tmp_path: Path) -> None:
    data = _tables(tmp_path / "data")
    path = tmp_path / "hr.duckdb"
    with duckdb.connect(path) as connection:
        for file in data.iterdir():
            connection.execute(f"CREATE TABLE {file.stem} AS FROM '{file}'")
    found, size = check_data(str(path), _clock, at_noon)
    assert verdicts(found) == {"data": "ok", "rights": "ok", "tables": "ok"}
    assert size.rows["employees"] == 1
    path.write_bytes(b"no database at all" * 500)
    found, _ = check_data(str(path), _clock, at_noon)
    assert verdicts(found) == {"data": "stop"}


def test_a_server_that_is_away_stops_without_its_password() -> None:
    began = time.monotonic()
    [found], _ = check_data("postgresql://ann:s3cret@127.0.0.1:1/hr", _clock, at_noon)
    assert (found.check, found.verdict) == ("data", "stop")
    assert "s3cret" not in found.line
    assert time.monotonic() - began < 5


def test_data_of_the_future_are_to_be_looked_at(tmp_path: Path) -> None:
    _, size = check_data(str(_tables(tmp_path / "data", "2026-12-24")), _clock, at_noon)
    assert size.newest == date(2026, 12, 24)
    assert verdicts(check_newest(size, NOON.date())) == {"newest data": "look"}
    _, size = check_data(str(_tables(tmp_path / "now")), _clock, at_noon)
    assert verdicts(check_newest(size, NOON.date())) == {"newest data": "ok"}


def test_statistics_of_a_server_are_told_as_such() -> None:
    [found] = check_newest(Size(newest=date(2026, 9, 2), server_skew_seconds=0.1), NOON.date())
    assert found.told == "by the server's statistics of 2026-09-02, 30 days ago"


def test_tables_in_a_bucket_are_found_by_name_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("employees.csv", "courses.csv", "performance.parquet/part-0.parquet", "notes.txt")
    held = {f"people/hr/{name}": {"size": 6_000} for name in names}
    store = Store("s3://people/hr", "people/hr", SimpleNamespace(find=lambda *_, **__: held))
    monkeypatch.setattr("ptml.jobs.doctor.bucket.open_store", lambda _: store)
    found, size = check_data(store.address, _clock, at_noon)
    assert verdicts(found) == {"data": "ok", "tables": "stop"}
    assert "enrolments cannot be found" in found[-1].told
    assert size.rows == {"employees": 100, "courses": 100, "performance": 300}
    held["people/hr/enrolments.csv"] = {"size": 1}
    assert verdicts(check_data(store.address, _clock, at_noon)[0]) == {"data": "ok", "tables": "ok"}


def test_a_bucket_without_a_name_stops() -> None:
    found, size = check_data("s3://", _clock, at_noon)
    assert (verdicts(found), size.rows) == ({"data": "stop"}, {})


def test_models_that_changed_or_are_not_there_stop(tmp_path: Path) -> None:
    models = _models(tmp_path / "models")
    assert set(verdicts(check_models(models, NOON)).values()) == {"ok"}
    (models / "weights.json").write_text("{ }")
    assert verdicts(check_models(models, NOON)) == {"models": "stop"}
    assert verdicts(check_models(tmp_path / "nowhere", NOON)) == {"models": "stop"}


@pytest.mark.parametrize(
    ("about", "check", "verdict"),
    [
        ({"ptml": "99.0.0"}, "models' version", "stop"),
        ({"ptml": None}, "models' version", "look"),
        ({"as_of": "2025-01-01"}, "models' age", "look"),
        ({"as_of": "2027-01-01"}, "models' age", "look"),
    ],
)
def test_models_of_another_version_or_day(
    tmp_path: Path, about: dict[str, object], check: str, verdict: str
) -> None:
    found = verdicts(check_models(_models(tmp_path / "models", **about), NOON))
    assert found[check] == verdict


def test_a_place_that_cannot_be_written_stops(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    models = _models(tmp_path / "models")
    for out in (tmp_path / "file", models, "/proc/nothing/here", "ftp://x"):
        assert verdicts(check_out(str(out)))["out"] == "stop", out
    (tmp_path / "folder.duckdb").mkdir()
    assert verdicts(check_out(str(tmp_path / "folder.duckdb")))["out"] == "stop"
    assert verdicts(check_out(str(tmp_path / "new" / "out")))["out"] == "ok"
    assert not (tmp_path / "new").exists()


def test_a_run_that_goes_on_is_named(tmp_path: Path) -> None:
    place = place_of(str(tmp_path))
    assert place is not None
    with place.lock.open("w+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("process 7 on here")
        file.flush()
        [_, found] = check_out(str(tmp_path))
    assert found.verdict == "look"
    assert "process 7 on here" in found.told
    assert verdicts(check_out(str(tmp_path)))["lock"] == "ok"


def test_room_that_does_not_suffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(tmp_path).free
    huge, tight = Need(2 * free, 2 * free, 0), Need(int(free * 0.6), int(free * 0.6), 0)
    both = {"temporary folder", "disk of --out"}
    assert verdicts(check_disk(huge, tmp_path, tmp_path)) == dict.fromkeys(both, "stop")
    assert verdicts(check_disk(tight, tmp_path, tmp_path)) == dict.fromkeys(both, "look")
    gone = check_disk(Need(0, 0, 0), tmp_path / "nowhere", None)
    assert verdicts(gone) == {"temporary folder": "stop"}
    assert verdicts(check_memory(Need(0, 0, 100), 99)) == {"memory": "stop"}
    assert verdicts(check_memory(Need(0, 0, 100), 150)) == {"memory": "look"}
    assert verdicts(check_memory(Need(0, 0, 100), None)) == {"memory": "look"}


def test_a_container_s_limit_counts(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:  8000 kB\n")
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert free_memory(tmp_path / "meminfo", tmp_path) == 8000 << 10
    (tmp_path / "memory.max").write_text("2048000\n")
    (tmp_path / "memory.current").write_text("48000\n")
    assert free_memory(tmp_path / "meminfo", tmp_path) == 2_000_000
    assert cores_allowed(tmp_path) <= 2
    assert free_memory(tmp_path / "nothing", tmp_path) is None


def test_the_need_grows_with_people_and_the_bucket_bounds_memory() -> None:
    small = need_of({"employees": 1_000, "courses": 2_000}, 5_000, bytes_of("2GB"))
    big = need_of({"employees": 10**6, "courses": 2_000, "x": 10**8}, 5_000, bytes_of("2GB"))
    assert big.published > 100 * small.published
    assert big.temporary > 4 << 30
    assert big.memory < 4 << 30
    assert Settings().scoring.bucket_employees == BUCKET_EMPLOYEES
    assert Settings().source.memory_limit == MEMORY_LIMIT
    assert bytes_of("500MB") == 500_000_000


def test_clocks_that_differ_are_to_be_looked_at(tmp_path: Path) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    assert verdicts(check_clock(now, tmp_path, 0.1, 1.0)) == {"clock": "ok"}
    slow = check_clock(lambda: now() - timedelta(minutes=5), tmp_path, None, None)
    assert verdicts(slow) == {"clock": "look"}
    assert verdicts(check_clock(now, tmp_path, -60.0, None)) == {"clock": "look"}
    later = now().timestamp() + 3600
    assert verdicts(check_clock(now, tmp_path, None, later)) == {"clock": "look"}


def test_threads_that_fight_are_to_be_looked_at() -> None:
    assert verdicts(check_cores({}, 2, 8)) == {"cores": "ok", "threads": "ok"}
    for wrong in ({"OMP_NUM_THREADS": "16"}, {"OPENBLAS_CORETYPE": "Haswell"}):
        assert verdicts(check_cores(wrong, 2, 8))["threads"] == "look"


def test_a_language_that_cannot_be_printed_is_to_be_looked_at() -> None:
    assert verdicts(check_language({"output": "UTF-8"})) == {"language": "ok"}
    assert verdicts(check_language({"output": "ANSI_X3.4-1968"})) == {"language": "look"}


def test_libraries_outside_of_what_is_asked_stop(tmp_path: Path) -> None:
    asked, there = ["numpy>=2.0", "babel>=1; extra == 'x'"], {"numpy": "2.4.0"}
    lock = tmp_path / "uv.lock"
    lock.write_text('[[package]]\nname = "numpy"\nversion = "2.4.0"\n')
    good = verdicts(check_versions("3.12.1", asked, there, lock))
    assert good == {"python": "ok", "libraries": "ok", "lock file": "ok"}
    assert verdicts(check_versions("3.9.2", asked, there, lock))["python"] == "stop"
    assert verdicts(check_versions("3.12.1", asked, {}, lock))["libraries"] == "stop"
    other = {"numpy": "1.26.0"}
    found = verdicts(check_versions("3.12.1", asked, other, lock))
    assert (found["libraries"], found["lock file"]) == ("stop", "look")


def test_this_environment_is_as_ptml_asks() -> None:
    assert verdicts(check_versions())["libraries"] == "ok"


def test_what_killed_jobs_left_is_told(tmp_path: Path) -> None:
    out, models, temporary = tmp_path / "out", tmp_path / "models", tmp_path / "tmp"
    place = place_of(str(out))
    assert place is not None
    left = temporary / "ptml-killed"
    for folder in (out, models, left):
        folder.mkdir(parents=True)
    names = {"unfinished run", "unfinished training", "temporary files", "killed runs"}
    assert verdicts(check_leftovers(place, models, temporary)) == dict.fromkeys(names, "ok")
    place.staging.mkdir(parents=True)
    (tmp_path / ".models.unfinished").mkdir()
    (left / OWNED).write_bytes(b"x" * 99)
    entry = Ledger(tmp_path / "runs").begin({"job": "score"}, NOON)
    entry.journal.close()
    assert verdicts(check_leftovers(place, models, temporary)) == dict.fromkeys(names, "look")


def test_temporary_files_in_use_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ptml-busy").mkdir()
    path = tmp_path / "ptml-busy" / OWNED
    lines = (
        "import fcntl, sys; f = open(sys.argv[1], 'wb'); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('open', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", lines, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        assert verdicts(check_leftovers(None, None, tmp_path))["temporary files"] == "ok"
        process.communicate()
    assert verdicts(check_leftovers(None, None, tmp_path))["temporary files"] == "look"


def test_a_store_that_does_not_answer_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert verdicts(check_store(tmp_path)) == {"store": "ok"}
    with sqlite3.connect(tmp_path / "mlflow.db") as connection:
        connection.execute("CREATE TABLE x (y)")
    connection.close()
    assert verdicts(check_store(tmp_path)) == {"store": "ok"}
    (tmp_path / "mlflow.db").write_bytes(b"no database" * 99)
    assert verdicts(check_store(tmp_path)) == {"store": "stop"}
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ann:s3cret@127.0.0.1:1")
    [found] = check_store(tmp_path)
    assert found.verdict == "stop"
    assert "s3cret" not in found.line


def test_size_is_empty_where_nothing_is_known() -> None:
    assert list(check_newest(Size(), NOON.date())) == []
