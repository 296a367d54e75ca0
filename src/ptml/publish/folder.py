"""A folder of Parquet files that always shows one whole run.

OUT/runs/RUN_ID/TABLE.parquet   a run, never changed once it is there
OUT/runs/RUN_ID/manifest.json   its inputs, rows and file hashes, written last
OUT/current -> runs/RUN_ID      the newest whole run, replaced in one step
OUT/TABLE.parquet -> current/TABLE.parquet

The same run again lies in RUN_ID.2: a folder that somebody may be reading is never written to.
"""

import re
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ptml.contracts.durable import flush, put_link
from ptml.contracts.manifest import MANIFEST
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import UsageError
from ptml.publish.place import local_lock
from ptml.publish.record import RUN_ID_PATTERN

RUNS, CURRENT = "runs", "current"
KEPT_RUNS = 5
_LINKS = {f"{name}.parquet": f"{CURRENT}/{name}.parquet" for name in OUTPUT_TABLES}
RUN_FOLDER = re.compile(rf"{RUN_ID_PATTERN}(\.\d+)?")


@dataclass(frozen=True)
class Folder:
    """A folder to publish to.

    Attributes
    ----------
    kept_runs : int
        The newest so many runs stay; older ones are removed.
    """

    out: Path
    kept_runs: int = KEPT_RUNS

    @property
    def lock(self) -> Path:
        """The file by which one publisher at a time is let in."""
        return self.out / ".publishing"

    @property
    def staging(self) -> Path:
        """The hidden folder of the run that is being written."""
        return self.out / RUNS / ".unfinished"

    def alone(self) -> AbstractContextManager[None]:
        """Hold the place for one publisher."""
        return local_lock(self.lock, self.out)

    def prepare(self) -> None:
        """Refuse a folder in which our names are taken, and make what is missing.

        Raises
        ------
        UsageError
            Naming what is in the way.
        """
        if (self.out / MANIFEST).exists():
            raise UsageError(
                f"--out {self.out} holds trained models; publish to another folder, or they could"
                " not be used any more"
            )
        wanted = {**_LINKS, CURRENT: f"{RUNS}/"}
        taken = [name for name, target in wanted.items() if not self._is_free(name, target)]
        if taken:
            raise UsageError(
                f"--out {self.out} holds {', '.join(taken)}, which ptml did not write;"
                " move that away or name another folder"
            )
        (self.out / RUNS).mkdir(exist_ok=True)

    def _is_free(self, name: str, target: str) -> bool:
        path = self.out / name
        if path.is_symlink():
            return str(path.readlink()).startswith(target)
        return not path.exists()

    def show(self, staged: Path, run_id: str) -> None:
        """Move the run to its name, point to it, and remove runs that are too old."""
        self._forget_unshown(run_id)
        final = self.out / RUNS / self._free_name(run_id)
        staged.rename(final)
        try:
            flush(final.parent)
            self._point_to(final)
        except OSError:
            if not self._shows(final):
                shutil.rmtree(final, ignore_errors=True)
            raise
        self._sweep()

    def _forget_unshown(self, run_id: str) -> None:
        """Remove the same run if a killed job moved it to its name and did not point to it yet."""
        before = (self.out / CURRENT).resolve()
        left = self.out / RUNS / run_id
        if not left.is_dir() or self._shows(left):
            return
        if not before.is_dir() or left.stat().st_mtime_ns > before.stat().st_mtime_ns:
            shutil.rmtree(left, ignore_errors=True)

    def _point_to(self, final: Path) -> None:
        # The tables' links lead nowhere until a first run is there; then all of them do at once.
        for name, target in _LINKS.items():
            if not (self.out / name).is_symlink():
                (self.out / name).symlink_to(target)
        put_link(f"{RUNS}/{final.name}", self.out / CURRENT)

    def _shows(self, final: Path) -> bool:
        return (self.out / CURRENT).resolve() == final.resolve()

    def _free_name(self, run_id: str) -> str:
        taken = {path.name for path in (self.out / RUNS).iterdir()}
        names = (run_id, *(f"{run_id}.{copy}" for copy in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    def _sweep(self) -> None:
        runs = [p for p in (self.out / RUNS).iterdir() if RUN_FOLDER.fullmatch(p.name)]
        newest_first = sorted(runs, key=lambda p: (p.stat().st_mtime_ns, p.name), reverse=True)
        for run in newest_first[self.kept_runs :]:
            if not self._shows(run):
                shutil.rmtree(run, ignore_errors=True)
