"""A process that forks the command line, once a line of its input: a start costs no imports.

The call is the real one, words and all; what is not is that its modules are there already. It gets
a session of its own, so that all that it starts can be found, and killed, together.
"""

import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ptml.jobs.faults.order import Ended

_CHANGES = frozenset(
    {"open", "os.rename", "os.symlink", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}
)
_PAUSE_SECONDS = 0.005
_GRACE_SECONDS = 3.0
_LONGEST_SECONDS = 600.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PRELOADED = (
    *("ptml.jobs.score", "ptml.jobs.settings", "ptml.jobs.recording", "ptml.lift"),
    *("lightgbm", "polars", "pyarrow.parquet", "pyarrow.feather", "duckdb", "pandas", "implicit"),
)


def serve(main: Callable[[], None]) -> None:
    """Fork `main` for each order on the input, and tell on the output how it ended."""
    for module in _PRELOADED:
        __import__(module)
    _say({})
    call: _Call | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        if "signal" not in asked or call is None:
            call = _Call(asked, main)
        else:
            os.killpg(call.pid, asked["signal"])
        _say(call.awaited())


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


class _Call:
    """One forked call."""

    def __init__(self, asked: dict[str, Any], main: Callable[[], None]) -> None:
        self._harm = asked["harm"]
        self._folder = Path(tempfile.mkdtemp(prefix="ptml-bench-call-"))
        self._is_harmed = False
        self._cpu_seconds = 0.0
        # Looking for processes side by side is no light work.
        looks = self._harm["worker_bytes"] or self._harm["whom"] == "worker"
        self._pause_seconds = _PAUSE_SECONDS * (10 if looks else 1)
        self.pid = os.fork()
        if self.pid == 0:
            _begin(asked, self._folder)
            _run(main)

    def awaited(self) -> dict[str, Any]:
        """Watch the call till it ends or stops, and do it harm at its time."""
        until = time.monotonic() + _LONGEST_SECONDS
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid:
                return self._ended(status)
            self._cpu_seconds = max(self._cpu_seconds, _cpu_seconds(self.pid))
            if time.monotonic() > until:
                os.killpg(self.pid, signal.SIGKILL)
            self._disturb()
            time.sleep(self._pause_seconds)

    def _disturb(self) -> None:
        harm = self._harm
        if harm["worker_bytes"]:
            for worker in _workers(self.pid):
                _limit(worker, harm["worker_bytes"])
        if not harm["cpu_seconds"] or self._is_harmed:
            return
        if self._cpu_seconds < harm["cpu_seconds"]:
            return
        whom = {"group": [-self.pid], "main": [self.pid], "worker": _workers(self.pid)[:1]}
        for victim in whom[harm["whom"]]:
            self._is_harmed = True
            with suppress(ProcessLookupError):
                os.kill(victim, harm["signal"])

    def _ended(self, status: int) -> dict[str, Any]:
        is_stopped = os.WIFSTOPPED(status)
        told = Ended(
            code=0 if is_stopped else os.waitstatus_to_exitcode(status),
            told=(self._folder / "told").read_text(encoding="utf-8"),
            said=(self._folder / "said").read_text(encoding="utf-8"),
            cpu_seconds=self._cpu_seconds,
            left=0 if is_stopped else _left_of(self.pid),
            is_stopped=is_stopped,
        )
        if not is_stopped:
            shutil.rmtree(self._folder)
        return vars(told)


def _begin(asked: dict[str, Any], folder: Path) -> None:
    """Make the forked process look like one that was started, and arrange for its harm."""
    os.setsid()
    os.environ.update(asked["environment"])
    tempfile.tempdir = None
    for stream, name in ((1, "said"), (2, "told")):
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT)
        os.dup2(handle, stream)
    os.close(0)
    sys.argv = ["ptml", *asked["words"]]
    harm = asked["harm"]
    if harm["more_bytes"]:
        most = _pages() * resource.getpagesize() + harm["more_bytes"]
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if harm["event"]:
        _die_at(harm)


def _run(main: Callable[[], None]) -> None:
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 70
    finally:
        # As an interpreter that ends; only the launcher's own loop must not go on here.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _die_at(harm: dict[str, Any]) -> None:
    pattern = re.compile(harm["path"])
    passed, is_armed = 0, False
    victim = -os.getpid() if harm["whom"] == "group" else os.getpid()

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal passed, is_armed
        if event not in _CHANGES:
            return
        if is_armed:
            os.kill(victim, harm["signal"])
        elif event == harm["event"] and any(pattern.search(str(one)) for one in arguments):
            passed += 1
            if passed == harm["skip"] + 1:
                if harm["is_after"]:
                    is_armed = True
                else:
                    os.kill(victim, harm["signal"])

    sys.addaudithook(watch)


def _pages() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])


def _cpu_seconds(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # utime and stime are fields 14 and 15; the first after the name is the third.
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0


def _of_session(session: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def _workers(session: int) -> list[int]:
    found = []
    for pid in _of_session(session):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def _limit(pid: int, size: int) -> None:
    with suppress(OSError):
        resource.prlimit(pid, resource.RLIMIT_AS, (size, size))


def _left_of(session: int) -> int:
    until = time.monotonic() + _GRACE_SECONDS
    while left := _of_session(session):
        if time.monotonic() > until:
            for pid in left:
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            break
        time.sleep(_PAUSE_SECONDS * 10)
    return len(left)
