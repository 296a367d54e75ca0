"""Both engines beside one another: what is read off their runs, and the page."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ptml.errors import UsageError
from ptml.jobs import bench_scale_engines
from ptml.jobs.bench_scale_engines import (
    LOCAL,
    PROCESSES,
    SPARK,
    differing,
    engine_lines,
    engines_compared,
    why_no_spark,
)
from ptml.jobs.bench_scale_run import in_fresh_process

_BUSY = "import time; end = time.process_time() + .3\nwhile time.process_time() < end: pass"


def _run(size: int, local: float, spark: float, **more: Any) -> dict[str, Any]:
    facts = {
        "tasks": 26,
        "failed_tasks": 1,
        "shuffle_bytes": 4000 * size,
        "kept_bytes": 3000 * size,
        "spilled_bytes": 0,
        "worker_peak_bytes": 2**29,
    }
    seen = {"whole_wall": 9.0, "peak_gib": 1.0, "rows": {"lift": 7, "runs": 1}}
    return {
        "size": size,
        LOCAL: {**seen, "whole_processor": local, "engine": {}},
        PROCESSES: {**seen, "whole_processor": local, "engine": {}},
        SPARK: {**seen, "whole_processor": spark, "engine": facts},
        "differ": {PROCESSES: [], SPARK: []},
        **more,
    }


def test_one_more_person_is_told_from_the_start() -> None:
    text = "\n".join(engine_lines({"runs": [_run(1000, 7.0, 30.0), _run(3000, 17.0, 42.0)]}))
    assert f"| {SPARK} | 3,000 | 42.0 | 14.00 | 71 | 9 | 1.00 |" in text
    assert "one more costs 5.00 core ms in one process, 5.00 in two and 6.00 on Spark" in text
    assert "**1.20 times the local engine per core**" in text
    assert "the start: 2 core seconds here, 24 on Spark" in text
    assert "same bytes in every table (8 rows at 3,000 people)" in text
    assert "26 tasks (1 failed), 12,000,000 bytes shuffled (4,000 a person" in text
    assert "0.50 GiB" in text


def test_no_ratio_is_told_where_starting_hides_it() -> None:
    text = "\n".join(engine_lines({"runs": [_run(1000, 7.0, 61.0), _run(3000, 17.0, 60.8)]}))
    assert "lost in what starting costs" in text
    assert "times the local engine" not in text


def test_rows_that_differ_are_named() -> None:
    run = _run(10, 1.0, 2.0, differ={PROCESSES: [], SPARK: ["lift.parquet"]})
    text = "\n".join(engine_lines({"runs": [run]}))
    assert f"**Rows differ** from those of one process: {SPARK} at 10 people: lift.parquet." in text
    assert "one more costs" not in text


def test_the_page_says_why_nothing_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine_lines({"problem": "no Java"})[2] == "Not measured: no Java."
    assert engine_lines({"runs": [{"size": 10, "problem": "it died"}]})[2] == "10 people: it died."

    def refuse(_: object) -> None:
        raise UsageError("no Java at all")

    monkeypatch.setattr(bench_scale_engines, "require_spark", refuse)
    assert why_no_spark() == "no Java at all"


def test_files_that_differ_are_found_and_times_left_out(tmp_path: Path) -> None:
    for name, lift in (("one", b"a"), ("two", b"b")):
        folder = tmp_path / name / "current"
        folder.mkdir(parents=True)
        (folder / "lift.parquet").write_bytes(lift)
        (folder / "needs.parquet").write_bytes(b"same")
        (folder / "runs.parquet").write_bytes(name.encode())
    (tmp_path / "two" / "current" / "more.parquet").write_bytes(b"")
    assert differing(tmp_path / "one", tmp_path / "two") == ["lift.parquet", "more.parquet"]
    assert differing(tmp_path / "one", tmp_path / "one") == []


def test_every_engine_is_called_with_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def told(words: list[str]) -> dict[str, Any]:
        calls.append(words)
        folder = Path(words[words.index("--out") + 1]) / "current"
        folder.mkdir(parents=True)
        (folder / "lift.parquet").write_bytes(b"same")
        return {"whole_processor": 1.0}

    monkeypatch.setattr(bench_scale_engines, "in_fresh_process", told)
    found = engines_compared(tmp_path / "data", tmp_path / "models", tmp_path / "out", 50)
    assert found["differ"] == {PROCESSES: [], SPARK: []}
    assert ["--engine" in words for words in calls] == [False, False, True]
    settings = [Path(words[words.index("--settings") + 1]).read_text() for words in calls]
    assert [text.replace("workers = 2", "workers = 1") for text in settings] == [settings[0]] * 3


def test_time_of_a_process_whose_parent_did_not_wait_is_counted() -> None:
    parent = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {_BUSY!r}]);"
        " print('{}', flush=True); import os; os._exit(0)"
    )
    beside = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    found = in_fresh_process([sys.executable, "-c", parent])
    assert found["whole_processor"] > 0.3
    assert beside.poll() is None
    beside.communicate(b"\n")
