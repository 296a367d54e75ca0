"""Every end has its exit code; a bug says nothing of the data but to whoever runs it."""

import errno
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ptml.errors import DataError, Stopped, TryAgainError, UsageError
from ptml.jobs.ending import Ending, ending_of, facts_of, keep_traceback, told
from ptml.jobs.stop_signal import forget, stop

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "exit_code", "event"),
    [
        (UsageError("x"), 2, "job_failed"),
        (DataError("x"), 65, "job_failed"),
        (TryAgainError("x"), 75, "job_failed"),
        (KeyboardInterrupt(), 130, "job_stopped"),
        (Stopped("SIGTERM"), 143, "job_stopped"),
        (BrokenPipeError(), 141, "job_stopped"),
        (MemoryError("12 GiB"), 75, "job_failed"),
        (OSError(errno.ENOSPC, "No space left on device", "/tmp/x"), 75, "job_failed"),
        (PermissionError(errno.EACCES, "no"), 70, "job_failed"),
        (KeyError("e00017"), 70, "job_failed"),
    ],
)
def test_an_error_has_its_exit_code(error: BaseException, exit_code: int, event: str) -> None:
    ending = ending_of(error)
    assert (ending.exit_code, ending.event, ending.level) == (exit_code, event, "error")
    assert "\n" not in told(ending, None)


def test_what_ends_a_process_after_a_signal_is_the_signal() -> None:
    """DuckDB, interrupted in a query, raises a RuntimeError."""
    try:
        with pytest.raises(Stopped):
            stop(Stopped("SIGTERM"))
        assert ending_of(RuntimeError("Query interrupted")).exit_code == 143
    finally:
        forget()
    assert ending_of(RuntimeError("Query interrupted")).exit_code == 70


def test_a_job_that_is_done_is_no_error() -> None:
    assert (Ending(0).event, Ending(0).level) == ("job_done", "info")
    assert (Ending(3).event, Ending(3).level) == ("job_done", "warning")


def test_no_password_is_told() -> None:
    error = TryAgainError("postgresql://ann:s3cret@db/hr does not answer")
    assert "s3cret" not in ending_of(error).message


def _bug() -> BaseException:
    try:
        {}["e00017"]  # type: ignore[index]
    except KeyError as error:
        return error
    raise AssertionError


def test_of_a_bug_the_log_has_where_and_not_which_person(tmp_path: Path) -> None:
    ending = ending_of(_bug())
    facts = facts_of(ending, tmp_path / "bug.txt")
    assert facts["error"] == "KeyError"
    assert facts["frames"][-1].startswith("test_ending.py:")
    assert "e00017" not in str(facts)


def test_all_of_a_bug_goes_to_a_file_of_the_user_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bug = _bug()
    kept = keep_traceback(bug, NOON, 7)
    assert kept == tmp_path / "ptml-bug-20261002T120000Z-7.txt"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "Traceback" in kept.read_text()
    assert str(kept) in told(ending_of(bug), kept)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert keep_traceback(bug, NOON, 7) is None
    assert "PTML_DEBUG=1" in told(ending_of(bug), None)
