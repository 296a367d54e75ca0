"""The lock: one writer at a time, who it is, and no lock that outlives its holder."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ptml.contracts.lock import writer_lock
from ptml.errors import TryAgainError

HOLDER = """
import sys
from pathlib import Path
from ptml.contracts.lock import writer_lock
with writer_lock(Path(sys.argv[1]), "out"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_is_told_who_is_at_it(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with holder(path) as process:
        with pytest.raises(TryAgainError) as raised, writer_lock(path, "demo/out"):
            pytest.fail("two at once")
        process.communicate()
    told = str(raised.value)
    assert told.startswith("another run is writing to demo/out: process ")
    assert f"process {process.pid} on {socket.gethostname()} since 20" in told
    assert "\n" not in told


def test_a_second_writer_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with (
        writer_lock(path, "out"),
        pytest.raises(TryAgainError, match=f"process {os.getpid()}"),
        writer_lock(path, "out"),
    ):
        pytest.fail("two at once")


def test_the_lock_of_a_killed_writer_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with holder(path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert path.exists()
        with writer_lock(path, "out"):
            assert str(os.getpid()) in path.read_text(encoding="utf-8")


def test_the_file_is_gone_when_the_writer_is_done(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    for _ in range(2):
        with writer_lock(path, "out"):
            assert path.exists()
        assert not path.exists()


def test_a_file_that_its_holder_removed_meanwhile_locks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".lock"
    found = iter([False, True])

    def replaced_once(*_: object) -> bool:
        return next(found)

    monkeypatch.setattr("ptml.contracts.lock.os.path.samestat", replaced_once)
    with writer_lock(path, "out"):
        assert list(found) == []


def test_a_holder_who_has_not_signed_yet_is_told_by_the_time(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with writer_lock(path, "out"):
        path.write_text("", encoding="utf-8")
        with pytest.raises(TryAgainError, match="a process since 20"), writer_lock(path, "out"):
            pytest.fail("two at once")
