"""Room on disks and in memory against what a run of this size needs, about."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ptml.contracts.durable import has_no_room
from ptml.jobs.doctor.finding import Finding, look, ok, stop
from ptml.jobs.doctor.place import nearest, write_error

MIB, GIB = 1 << 20, 1 << 30
# Measured on simulated organisations of 1,000 and 20,000 people: 14 and 49 MB of temporary files
# for .12 and 2.0 million rows, 1.2 MB published for 1,000 people, 300 and 510 MB of memory after
# reading. Each is taken at least twice. Rows that memory does not hold lie in temporary files as
# they are, 60 to 130 bytes each.
_TEMPORARY, _TEMPORARY_A_ROW = 64 * MIB, 160
_PUBLISHED, _PUBLISHED_A_PERSON = 16 * MIB, 4096
_MEMORY, _MEMORY_A_ROW = 600 * MIB, 200
# Arrays of people x courses that a bucket holds at a time, 8 bytes each.
_ARRAYS = 12 * 8

# As `[settings.scoring]` and `[settings.source]` have them when nothing is said.
BUCKET_EMPLOYEES, MEMORY_LIMIT = 5_000, "2GB"


@dataclass(frozen=True)
class Need:
    """Bytes that a run needs, about."""

    temporary: int
    published: int
    memory: int


def need_of(rows: Mapping[str, int], bucket_employees: int, memory_limit: int) -> Need:
    """Estimate from the rows of a source and the settings.

    Parameters
    ----------
    memory_limit : int
        Bytes that DuckDB may use; beyond it, it works on disk.
    """
    n, people = sum(rows.values()), rows.get("employees", 0)
    bucket = min(people, bucket_employees) * rows.get("courses", 0) * _ARRAYS
    return Need(
        temporary=_TEMPORARY + _TEMPORARY_A_ROW * n,
        published=_PUBLISHED + _PUBLISHED_A_PERSON * people,
        memory=_MEMORY + min(memory_limit, _MEMORY_A_ROW * n) + bucket,
    )


def check_disk(need: Need, temporary: Path, out: Path | None) -> Iterator[Finding]:
    """Free space for temporary files and for a run beside those that are kept."""
    error = write_error(temporary)
    if error is not None:
        way = "make room" if has_no_room(error) else "set TMPDIR to a folder that can be written"
        yield stop("temporary folder", f"{temporary}: {error.strerror}", way)
    else:
        yield _disk("temporary folder", temporary, need.temporary, "make room, or set TMPDIR")
    if out is not None:
        way = "make room, or publish to another disk"
        yield _disk("disk of --out", nearest(out), need.published, way)


def _disk(check: str, folder: Path, needed: int, way_out: str) -> Finding:
    free = shutil.disk_usage(folder).free
    told = f"{_gib(free)} free in {folder}, a run of this size needs about {_gib(needed)}"
    return _held(check, told, free, needed, way_out)


def _held(check: str, told: str, free: int, needed: int, way_out: str) -> Finding:
    if free < needed:
        return stop(check, told, way_out)
    if free < 2 * needed:
        return look(check, told, way_out)
    return ok(check, told)


def check_memory(need: Need, free: int | None) -> Iterator[Finding]:
    """Memory that is free, and that a container allows, against the estimate."""
    if free is None:
        yield look("memory", "this system does not tell how much is free", "look at it by hand")
        return
    told = f"{_gib(free)} free, a run of this size needs about {_gib(need.memory)}"
    way = "lower scoring.bucket_employees or source.memory_limit, or take a machine with more"
    yield _held("memory", told, free, need.memory, way)


def free_memory(
    meminfo: Path = Path("/proc/meminfo"), group: Path = Path("/sys/fs/cgroup")
) -> int | None:
    """Bytes that can be had without swapping, or that the container still allows."""
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = {
        name: int(rest.split()[0]) << 10 for name, _, rest in (x.partition(":") for x in lines)
    }
    free = found.get("MemAvailable")
    allowed, used = (_number(group / f"memory.{name}") for name in ("max", "current"))
    if free is None or allowed is None or used is None:
        return free
    return min(free, max(allowed - used, 0))


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB"
