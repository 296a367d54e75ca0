"""What a job tells of itself reaches the log, the metrics and whoever looks on."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ptml.jobs.event_log import EVENTS, EventLog
from ptml.jobs.progress import Progress, Silent, note
from ptml.jobs.recording import Asked, record_run
from ptml.jobs.settings import RunFile
from ptml.jobs.watch import Watch, together


def at_noon() -> datetime:
    return datetime(2026, 10, 2, 12, tzinfo=UTC)


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def _watch(path: Path, clock: Clock) -> Watch:
    log = EventLog.open(str(path), at_noon, False, print)
    return Watch(log, clock, lambda: 300 << 20)


def _events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_stages_begin_and_end_with_their_seconds(tmp_path: Path) -> None:
    clock = Clock()
    watch = _watch(tmp_path / "log", clock)
    watch.stage("Reading")
    clock.seconds = 2.0
    watch.stage("Scoring")
    clock.seconds = 40.0
    watch.step(2, 4)
    clock.seconds = 41.0
    watch.step(3, 4)
    watch.end_stage()
    watch.end_stage()
    assert watch.told.stages == [("Reading", 2.0), ("Scoring", 39.0)]
    told = [(e["event"], e["stage"]) for e in _events(tmp_path / "log")]
    assert told == [
        ("stage_started", "Reading"),
        ("stage_ended", "Reading"),
        ("stage_started", "Scoring"),
        ("progress", "Scoring"),
        ("stage_ended", "Scoring"),
    ]
    progress = _events(tmp_path / "log")[3]
    assert (progress["done"], progress["total"], progress["rss_mib"]) == (2, 4, 300)
    assert (progress["rate"], progress["seconds_left"]) == (0.0526, 38.0)


def test_a_recorded_run_tells_its_record_and_hides_who_and_passwords(tmp_path: Path) -> None:
    watch = _watch(tmp_path / "log", Clock())
    data = "postgresql://ann:s3cret@db/hr"
    run = RunFile(job="promote", data=data, who="Ann", why="monthly", runs=tmp_path / "runs")

    def call(progress: Progress) -> dict[str, Any]:
        progress.stage("Reading")
        note(progress, {"data": {"address": "x", "rows": {"employees": 2}}, "as_of": "2026-10-02"})
        note(progress, {"used": {"lift": "abc"}})
        return {"sentences": ["Ann did it"], "run_id": "r1", "rows": {"lift": 3}}

    record_run(Asked(run), at_noon, together(watch, Silent()), call)
    told = _events(tmp_path / "log")
    assert [e["event"] for e in told] == [
        *("run_begun", "stage_started", "data_read", "models_used", "published"),
    ]
    assert {e["event"] for e in told} <= set(EVENTS)
    [record] = (tmp_path / "runs").glob("*.json")
    assert {e["record"] for e in told} == {record.stem}
    text = (tmp_path / "log").read_text()
    assert not [word for word in ("s3cret", "Ann", "monthly") if word in text]
    assert watch.told.facts["outcome"]["rows"] == {"lift": 3}
