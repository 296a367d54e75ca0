"""The clock, the cores, the threads and the language of the machine."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ptml.jobs.doctor.finding import Finding, look, ok

_SKEW_SECONDS = 5.0
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS")
# Measured: matrix products took 1.9 times as long with these set.
_SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_CLOCK = "set the clock (NTP): dates decide what counts as known"


def check_clock(
    now: Callable[[], datetime], folder: Path, server_skew: float | None, newest_file: float | None
) -> Iterator[Finding]:
    """Our clock against that of the disk, of the database, and the day our files were written.

    Parameters
    ----------
    server_skew : float or None
        Seconds that the database's clock is before ours.
    newest_file : float or None
        When the models were written, as the disk has it.
    """
    skews = {"the disk's": _of_disk(now, folder), "the database's": server_skew}
    for whose, skew in skews.items():
        if skew is None:
            continue
        told = f"{whose} is {abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} ours"
        far = abs(skew) > _SKEW_SECONDS
        yield look("clock", told, _CLOCK) if far else ok("clock", told)
    if newest_file is not None and newest_file > now().timestamp() + _SKEW_SECONDS:
        written = datetime.fromtimestamp(newest_file, UTC)
        yield look(
            "clock",
            f"the models were written on {written:%Y-%m-%d %H:%M} UTC, later than"
            f" now ({now():%Y-%m-%d %H:%M} UTC)",
            _CLOCK,
        )


def _of_disk(now: Callable[[], datetime], folder: Path) -> float | None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ptml")
            file.flush()
            return os.fstat(file.fileno()).st_mtime - now().timestamp()
    except OSError:
        return None


def check_cores(environment: Mapping[str, str], allowed: int, there: int) -> Iterator[Finding]:
    """Cores that this process may use, and settings of threads that fight over them.

    Parameters
    ----------
    allowed, there : int
        Cores of this process, and of the machine.
    """
    yield ok("cores", f"{allowed} of {there} may be used")
    many = [f"{n}={environment[n]}" for n in _THREADS if _number(environment.get(n)) > allowed]
    if many:
        told = f"{', '.join(many)}, and {allowed} cores may be used"
        yield look("threads", told, "unset them, or set them to the number of cores")
    slow = [f"{name}={environment[name]}" for name in _SLOWING if environment.get(name)]
    if slow:
        yield look("threads", f"{', '.join(slow)}: matrix products take twice as long", "unset")
    if not many and not slow:
        yield ok("threads", "no setting is in the way")


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0


def cores_allowed(group: Path = Path("/sys/fs/cgroup")) -> int:
    """Cores that this process may use: its affinity, and the share that a container allows."""
    affinity = getattr(os, "sched_getaffinity", None)
    n = len(affinity(0)) if affinity else os.cpu_count() or 1
    try:
        quota, period = (group / "cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return n
    return n if quota == "max" else max(1, min(n, round(int(quota) / int(period))))


def check_language(encodings: Mapping[str, str]) -> Iterator[Finding]:
    """Whether sentences in any language can be printed and files of any name be opened."""
    wrong = [f"{what} {name}" for what, name in encodings.items() if not _is_utf8(name)]
    if wrong:
        told = f"{', '.join(wrong)}: sentences in Chinese cannot be printed"
        yield look("language", told, "set PYTHONUTF8=1 or LANG=C.UTF-8")
    else:
        yield ok("language", "UTF-8")


def _is_utf8(name: str) -> bool:
    return name.lower().replace("-", "").replace("_", "") == "utf8"


def encodings_here() -> dict[str, str]:
    """Encodings of this process by what they are of."""
    output = getattr(sys.stdout, "encoding", None) or "utf-8"
    return {"files": sys.getfilesystemencoding(), "output": output}
