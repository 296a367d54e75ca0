"""What killed runs left behind: who sweeps it up, and how much room it takes."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ptml.contracts.scratch import OWNED
from ptml.jobs.doctor.finding import Finding, look, ok
from ptml.jobs.doctor.place import LocalPlace, held_by, is_locked
from ptml.jobs.ledger import FOLDER, Ledger
from ptml.jobs.metrics import size_of

_SCRATCH = f"ptml-*/{OWNED}"
_SHOWN = 3


def check_leftovers(
    place: LocalPlace | None, models: Path | None, temporary: Path
) -> Iterator[Finding]:
    """Unfinished runs and trainings, records without an end, temporary files of nobody."""
    if place is not None:
        yield _unfinished("unfinished run", place.staging, place.lock)
    if models is not None:
        whole = models.resolve()
        fresh, lock = (whole.with_name(f".{whole.name}.{end}") for end in ("unfinished", "lock"))
        yield _unfinished("unfinished training", fresh, lock)
    yield _scratch(temporary)
    folders = {p.parent / FOLDER for p in (models, place.out if place else None) if p is not None}
    yield _records(sorted(folders))


def _unfinished(check: str, fresh: Path, lock: Path) -> Finding:
    if not fresh.exists() or held_by(lock) is not None:
        return ok(check, "none was left behind")
    size = _mib(size_of(fresh) or 0)
    told = f"{fresh} ({size}) was left by a job that was killed"
    return look(check, told, "the next run takes it up or clears it; look why it was killed")


def _scratch(temporary: Path) -> Finding:
    left = [path.parent for path in sorted(temporary.glob(_SCRATCH)) if not _is_in_use(path)]
    if not left:
        return ok("temporary files", f"none was left in {temporary}")
    size = sum(size_of(folder) or 0 for folder in left)
    more = ", ..." if len(left) > _SHOWN else ""
    named = ", ".join(folder.name for folder in left[:_SHOWN])
    told = f"{len(left)} folders in {temporary} ({_mib(size)}) were left by killed jobs"
    return look("temporary files", told, f"remove them: {named}{more}")


def _is_in_use(owned: Path) -> bool:
    try:
        with owned.open("r+b") as file:
            return is_locked(file.fileno())
    except OSError:
        # Another user's, or gone a moment ago.
        return True


def _records(folders: Iterable[Path]) -> Finding:
    killed = [
        f"{record['id']} ({record['job']})"
        for folder in folders
        for record in Ledger(folder).records()
        if record["status"] == "killed"
    ]
    if not killed:
        return ok("killed runs", "no record of a run is without an end")
    told = f"{len(killed)} runs were killed, the last {killed[0]}"
    return look("killed runs", told, "`ptml runs show ID` says where they were; look why")


def _mib(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB"
