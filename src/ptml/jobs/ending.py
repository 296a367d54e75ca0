"""How a command ends: one exit code a kind of end, and one line about it."""

import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ptml.contracts.durable import has_no_room
from ptml.errors import ACTION_NEEDED, DataError, Stopped, TryAgainError, UsageError
from ptml.jobs.addresses import without_password
from ptml.jobs.stop_signal import stopped_by

DONE, BUG, STOPPED_BY_HAND, UNHEARD = 0, 70, 130, 141

EXIT_CODES: Mapping[int, str] = MappingProxyType(
    {
        DONE: "done",
        UsageError.exit_code: "the call is wrong",
        ACTION_NEEDED: "done, and a person has to act",
        DataError.exit_code: "the data or the models are wrong",
        BUG: "a bug",
        TryAgainError.exit_code: "try again",
        STOPPED_BY_HAND: "stopped by hand (Ctrl-C)",
        UNHEARD: "whoever read the answer went away (a closed pipe)",
        Stopped.exit_code: "stopped by a signal to end (SIGTERM)",
    }
)
"""Every exit code with what it means (docs/reference/exit-codes.md)."""

_KEPT_FRAMES = 12


@dataclass(frozen=True)
class Ending:
    """How a command ended.

    Attributes
    ----------
    kind : str
        Name of the error's class; empty where there was none.
    message : str
        For a person, without any password; empty where there is nothing to say.
    frames : list of str
        Of a bug: where it was, innermost last, without any value of the data.
    """

    exit_code: int
    kind: str = ""
    message: str = ""
    frames: tuple[str, ...] = ()

    @property
    def event(self) -> str:
        """Its event in the log."""
        if self.exit_code in (DONE, ACTION_NEEDED):
            return "job_done"
        stopped = (STOPPED_BY_HAND, UNHEARD, Stopped.exit_code)
        return "job_stopped" if self.exit_code in stopped else "job_failed"

    @property
    def level(self) -> str:
        """Its level in the log."""
        told = {DONE: "info", ACTION_NEEDED: "warning"}
        return told.get(self.exit_code, "error")


def ending_of(error: BaseException) -> Ending:
    """Which end an error is: anything that is not known here is a bug of ours."""
    error = stopped_by() or error
    kind, message = type(error).__name__, _plain(str(error))
    if isinstance(error, UsageError | DataError | TryAgainError):
        return Ending(error.exit_code, kind, message)
    if isinstance(error, KeyboardInterrupt):
        code = error.exit_code if isinstance(error, Stopped) else STOPPED_BY_HAND
        # Of an erasure that was stopped some is gone already: whole, and not untouched.
        return Ending(code, kind, "stopped; what was published before is whole")
    if isinstance(error, BrokenPipeError):
        return Ending(UNHEARD, kind, "nobody reads the answer any more")
    if isinstance(error, MemoryError):
        return Ending(TryAgainError.exit_code, kind, _out_of_memory(message))
    if isinstance(error, OSError) and has_no_room(error):
        return Ending(TryAgainError.exit_code, kind, _no_room(error))
    return Ending(BUG, kind, message, _frames(error))


def _plain(message: str) -> str:
    return "\n".join(without_password(line) for line in message.splitlines())


def _out_of_memory(message: str) -> str:
    told = f" ({message})" if message else ""
    return (
        f"out of memory{told}; what was published before is untouched: lower"
        " scoring.bucket_employees or source.memory_limit, or take a machine with more"
    )


def _no_room(error: OSError) -> str:
    where = f" at {error.filename}" if error.filename else ""
    return (
        f"no room left{where} ({error.strerror}); what was published before is untouched: free"
        f" some space (temporary files lie in {tempfile.gettempdir()}; TMPDIR moves them)"
    )


def _frames(error: BaseException) -> tuple[str, ...]:
    found = traceback.extract_tb(error.__traceback__)
    return tuple(f"{_short(f.filename)}:{f.lineno} {f.name}" for f in found)[-_KEPT_FRAMES:]


def _short(filename: str) -> str:
    """A file below its package, not where that happens to lie."""
    parts = Path(filename).parts
    for home in ("ptml", "site-packages"):
        if home in parts:
            start = len(parts) - 1 - parts[::-1].index(home)
            return "/".join(parts[start + (home != "ptml") :])
    return parts[-1] if parts else filename


def keep_traceback(error: BaseException, now: datetime, process: int) -> Path | None:
    """Write all of a bug to a file that its user alone can read: it may hold values of the data.

    Returns
    -------
    Path or None
        None where it cannot be written.
    """
    path = Path(tempfile.gettempdir()) / f"ptml-bug-{now:%Y%m%dT%H%M%SZ}-{process}.txt"
    text = "".join(traceback.format_exception(error))
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(_plain(text) + "\n", encoding="utf-8")
    except OSError:
        return None
    return path


def told(ending: Ending, kept: Path | None) -> str:
    """The one line of a command that ended badly (of a bug: with where the rest is)."""
    if ending.exit_code != BUG:
        return ending.message
    first = ending.message.partition("\n")[0]
    where = f" at {ending.frames[-1]}" if ending.frames else ""
    rest = f"all of it is in {kept}" if kept else "PTML_DEBUG=1 shows all of it"
    return f"a bug in ptml: {ending.kind}{where}: {first}; {rest}; please tell the maintainers"


def facts_of(ending: Ending, kept: Path | None) -> dict[str, Any]:
    """What the log says of it; of a bug nothing that may hold a value of the data."""
    is_bug = ending.exit_code == BUG
    return {
        "exit_code": ending.exit_code,
        "error": ending.kind or None,
        "message": None if is_bug else ending.message or None,
        "frames": list(ending.frames) or None,
        "traceback": None if kept is None else str(kept),
    }
