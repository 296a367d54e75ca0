"""Files beside the published runs that name a person: pages, records, what was left over."""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ptml.contracts.durable import flush
from ptml.contracts.lock import is_held
from ptml.contracts.scratch import OWNED
from ptml.jobs.ledger import resealed
from ptml.jobs.progress import Silent
from ptml.jobs.report import page_beside, run_report
from ptml.traces import Needle, Trace
from ptml.traces.files import files_of

SCRATCH = "ptml-*"
"""What jobs leave in the folder for temporary files."""
_SIGNS = (b'<meta name="robots" content="noindex">', b"default-src 'none'")
_SIGN_BYTES = 1 << 16
BUG = re.compile(r"ptml-bug-\d{8}T\d{6}Z-\d+\.txt")
"""What a command writes of a bug (`ptml.jobs.ending.keep_traceback`)."""
_LOCKS = ("lock", "publishing")


@dataclass(frozen=True)
class Cleared:
    """What was done to files.

    Attributes
    ----------
    made_again, removed, rewritten : tuple of str
    """

    made_again: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()

    def __or__(self, other: "Cleared") -> "Cleared":
        return Cleared(
            self.made_again + other.made_again,
            self.removed + other.removed,
            self.rewritten + other.rewritten,
        )

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each."""
        return {name: len(paths) for name, paths in vars(self).items()}


def clear_files(traces: Sequence[Trace], outs: Sequence[str], needle: Needle) -> Cleared:
    """Make the pages of runs again, remove other pages of ours, and rewrite records of runs."""
    reports = {page_beside(out).absolute(): out for out in outs}
    done = Cleared()
    for path in sorted({Path(trace.path) for trace in traces if "!" not in trace.path}):
        done |= _clear(path, reports, needle)
    return done


def _clear(path: Path, reports: Mapping[Path, str], needle: Needle) -> Cleared:
    if path.absolute() in reports:
        run_report(reports[path.absolute()], path, Silent())
        return Cleared(made_again=(str(path),))
    if path.suffix == ".html" and _is_ours(path):
        path.unlink()
        flush(path.parent)
        return Cleared(removed=(str(path),))
    fresh = resealed(path, needle.without)
    return Cleared() if not fresh else Cleared(rewritten=(str(path),))


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_SIGN_BYTES)
    return all(sign in head for sign in _SIGNS)


def dead_scratch(folder: Path, before_seconds: float | None = None) -> list[Path]:
    """What jobs that were killed, or that met a bug, left in the folder for temporary files.

    What did not fit into memory of a source holds its people; half runs for servers hold whole
    buckets of them; what was written of a bug may show values. A folder whose lock another process
    holds is in use, and any other is left alone.

    Parameters
    ----------
    before_seconds : float, optional
        Only those in which nothing was written since this moment, in seconds of the Unix clock.
    """
    ours = [path for path in sorted(folder.glob(SCRATCH)) if _is_ours_alone(path)]
    dead = [path for path in ours if path.is_dir() and _is_dead(path)]
    dead += [half for path in ours if path.is_dir() for half in _half_runs(path)]
    dead += [path for path in ours if path.is_file() and BUG.fullmatch(path.name)]
    return [p for p in dead if before_seconds is None or newest_write(p) < before_seconds]


def _is_ours_alone(place: Path) -> bool:
    return not place.is_symlink() and place.stat().st_uid == os.getuid()


def _half_runs(place: Path) -> list[Path]:
    """What killed jobs fetched from a server, or were to send to one, where nobody is at it now."""
    halves = [place / "tables", place / "unfinished", *place.glob("erasing-*")]
    there = [path for path in halves if path.is_dir()]
    return there if there and not any(is_held(place / lock) for lock in _LOCKS) else []


def newest_write(place: Path) -> float:
    """When anything at or below a place was last written, in seconds of the Unix clock."""
    return max(path.lstat().st_mtime for path in (place, *files_of(place)))


def _is_dead(place: Path) -> bool:
    owned = place / OWNED
    return owned.exists() and not is_held(owned)


def unfinished_trainings(models: Sequence[Path]) -> list[Path]:
    """What killed trainings left beside folders of models."""
    ends = ("unfinished", "before")
    beside = [m.absolute().with_name(f".{m.name}.{end}") for m in models for end in ends]
    return [path for path in beside if path.exists()]


def remove(paths: Sequence[Path]) -> None:
    """Remove folders or files, and say so where one stays."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
