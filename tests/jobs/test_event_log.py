"""The log for programs: whole lines, shared by processes, and never a reason to fail."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ptml.errors import TryAgainError, UsageError
from ptml.jobs.event_log import EVENTS, MOST_BYTES, EventLog

DOCS = Path(__file__).resolve().parents[2] / "docs"
_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ptml.jobs.event_log import EventLog
log = EventLog.open(sys.argv[1], lambda: datetime.now(UTC), False, print)
log.bind(pid=sys.argv[2])
n = int(sys.argv[3]) or 10**9
for k in range(n):
    log.write("progress", done=k, stage="x" * (k % 700))
    if k == 0:
        Path(sys.argv[1] + "." + sys.argv[2]).touch()
"""


def at_noon() -> datetime:
    return datetime(2026, 10, 2, 12, 0, 0, 1999, tzinfo=UTC)


def _open(path: object, must: bool = False, warned: list[str] | None = None) -> EventLog:
    said = [] if warned is None else warned
    return EventLog.open(str(path), at_noon, must, said.append)


def _lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines() if line]


def _writers(path: Path, n: int, *names: str) -> list[subprocess.Popen[bytes]]:
    words = [sys.executable, "-c", _WRITER, str(path)]
    return [subprocess.Popen([*words, name, str(n)]) for name in names]


def test_an_event_is_one_json_object_with_time_in_utc_and_milliseconds(tmp_path: Path) -> None:
    log = _open(tmp_path / "log")
    log.bind(pid=7)
    log.write("stage_started", stage="Reading\nand 检查", nothing=None)
    assert _lines(tmp_path / "log") == [
        {
            "ts": "2026-10-02T12:00:00.001Z",
            "level": "info",
            "event": "stage_started",
            "pid": 7,
            "stage": "Reading\nand 检查",
        }
    ]


def test_two_processes_share_a_file_without_mixing_lines(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for process in _writers(path, 2000, "a", "b"):
        assert process.wait(30) == 0
    seen: dict[str, list[int]] = {"a": [], "b": []}
    for line in _lines(path):
        seen[line["pid"]].append(line["done"])
    assert seen == {"a": list(range(2000)), "b": list(range(2000))}


def test_a_killed_process_leaves_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "log"
    [process] = _writers(path, 0, "a")
    deadline = time.monotonic() + 30
    while not (tmp_path / "log.a").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    done = [line["done"] for line in _lines(path)]
    assert len(done) > 10
    assert done == list(range(len(done)))


def test_a_line_that_another_program_cut_gets_an_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text('{"event":"cut of')
    _open(path).write("job_done", exit_code=0)
    cut, whole = path.read_text().splitlines()
    assert cut == '{"event":"cut of'
    assert json.loads(whole)["exit_code"] == 0


def test_a_long_line_is_cut_to_what_a_pipe_takes_in_one_piece(tmp_path: Path) -> None:
    log = _open(tmp_path / "log")
    log.write("job_failed", message="表" * 9000, frames=["f" * 90] * 99, exit_code=65)
    [line] = _lines(tmp_path / "log")
    assert (tmp_path / "log").stat().st_size <= MOST_BYTES
    assert line["cut"] is True
    assert line["exit_code"] == 65


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told_once_and_the_job_goes_on() -> None:
    warned: list[str] = []
    log = _open("/dev/full", warned=warned)
    log.write("stage_started", stage="one")
    log.write("stage_started", stage="two")
    assert warned == [
        "the log /dev/full cannot be written (No space left on device); the job goes on without it"
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_log_that_must_be_written_ends_the_job() -> None:
    with pytest.raises(TryAgainError, match="PTML_LOG_MUST"):
        _open("/dev/full", must=True).write("stage_started", stage="one")


def test_a_wrong_name_is_told_before_the_job_begins(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name a file in a folder that is there"):
        _open(tmp_path / "nowhere" / "log")
    with pytest.raises(UsageError, match="--log"):
        _open(tmp_path)


def test_others_cannot_read_the_log(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _open(tmp_path / "log").close()
    finally:
        os.umask(before)
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o640


def test_every_event_is_documented_and_no_other() -> None:
    text = (DOCS / "reference" / "logs-and-metrics.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    named = [row[1].strip().strip("`") for row in rows]
    assert [name for name in named if name in EVENTS] == list(EVENTS)
