"""A log for programs: one JSON object a line, whole or not there, shared by many processes.

Each event is one line, appended by one call of the system (`O_APPEND`): two jobs can write to the
same file, and a process that is killed leaves whole lines behind. A line stays below what the
system writes to a pipe in one piece.
"""

import json
import os
import stat
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from ptml.contracts.durable import has_no_room
from ptml.errors import TryAgainError, UsageError

STREAM = "-"
"""Name of a log that goes to the error stream: the output stream is for answers."""

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "job_started": "a command begins: its words without values, version, process",
        "run_begun": "a job of the command begins, with its places and the id of its record",
        "stage_started": "a stage of the job begins",
        "progress": "how far the stage is, at most every 30 seconds: done, total, rate, time left",
        "stage_ended": "the stage is over, with its seconds",
        "data_read": "the tables are read and checked: rows, rows set aside, fingerprint, date",
        "models_used": "hash of each model that scores",
        "published": "id of the run that is now shown, rows by table",
        "job_done": "the command is over: exit code 0, or 3 where a person has to act",
        "job_failed": "the command failed: exit code 2, 65, 70 or 75, kind of error, message",
        "job_stopped": "the command was stopped: exit code 130 by hand, 143 by a signal to end",
    }
)
"""Every event by name; names are kept from version to version."""

# POSIX: so much goes to a pipe in one piece (PIPE_BUF); to a file more would.
MOST_BYTES = 4096
_CUT = "..."
_SHORTENED = (800, 200, 50)


class EventLog:
    """An open log.

    Parameters
    ----------
    handle : int
        Of a file opened to append, or of the error stream.
    place : str
        As the user named it.
    now : callable
        The clock.
    must : bool
        Whether a line that cannot be written ends the job; else it is told once and let go.
    warn : callable
        Takes the sentence that says so.
    """

    def __init__(
        self,
        handle: int,
        place: str,
        now: Callable[[], datetime],
        must: bool,
        warn: Callable[[str], None],
    ) -> None:
        self._handle = handle
        self._place = place
        self._now = now
        self._must = must
        self._warn = warn
        self._has_failed = False
        self._is_torn = place != STREAM and _ends_within_a_line(Path(place))
        self._same: dict[str, Any] = {}

    @classmethod
    def open(
        cls,
        place: str,
        now: Callable[[], datetime],
        must: bool,
        warn: Callable[[str], None],
    ) -> Self:
        """Open a log before the job begins, so that a wrong name is told at once.

        Raises
        ------
        UsageError
            For a place that cannot be written.
        TryAgainError
            For a full disk, where the log must be written.
        """
        if place == STREAM:
            return cls(2, place, now, must, warn)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            # Not readable by everybody: errors may name places.
            return cls(os.open(place, flags, 0o640), place, now, must, warn)
        except OSError as error:
            if has_no_room(error):
                log = cls(-1, place, now, must, warn)
                log._lose(error)
                return log
            raise UsageError(
                f"--log {place} cannot be written ({error.strerror}); name a file in a folder that"
                " is there, or - for the error stream"
            ) from error

    @property
    def is_stream(self) -> bool:
        """Whether it goes to the error stream."""
        return self._place == STREAM

    def bind(self, **facts: Any) -> None:
        """Say these with every event from here on."""
        self._same |= facts

    def write(self, event: str, level: str = "info", **facts: Any) -> None:
        """Append one event; facts that are None are left out.

        Raises
        ------
        TryAgainError
            When it cannot be written and must be.
        """
        if self._has_failed:
            return
        told = {"ts": _stamp(self._now()), "level": level, "event": event, **self._same, **facts}
        line = _line({name: value for name, value in told.items() if value is not None})
        try:
            self._append(line)
        except OSError as error:
            self._lose(error)

    def _append(self, line: bytes) -> None:
        # What a full disk or another program cut gets an end, so that this line is whole.
        whole = b"\n" + line if self._is_torn else line
        written = os.write(self._handle, whole)
        self._is_torn = written < len(whole)
        if self._is_torn:
            os.write(self._handle, whole[written:])
            self._is_torn = False

    def _lose(self, error: OSError) -> None:
        self._has_failed = True
        sentence = f"the log {self._place} cannot be written ({error.strerror})"
        if self._must:
            raise TryAgainError(f"{sentence}; make room, or let PTML_LOG_MUST be empty") from error
        self._warn(f"{sentence}; the job goes on without it")

    def close(self) -> None:
        """Close the file; the error stream stays open."""
        if self._handle > 2:
            os.close(self._handle)
        self._has_failed = True


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _line(told: Mapping[str, Any]) -> bytes:
    line = _bytes(told)
    for most in _SHORTENED:
        if len(line) <= MOST_BYTES:
            break
        shorter = {name: _shortened(value, most) for name, value in told.items()}
        line = _bytes({**shorter, "cut": True})
    return line


def _bytes(told: Mapping[str, Any]) -> bytes:
    text = json.dumps(told, default=str, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _shortened(value: Any, most: int) -> Any:
    """The beginning of a value as text, where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return value if len(text) <= most else text[:most] + _CUT


def _ends_within_a_line(path: Path) -> bool:
    """Whether the last line of a file was cut."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:
        # Empty, or to be written and not read.
        return False
