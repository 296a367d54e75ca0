"""Take people out of the runs of a folder: each is written anew beside and then exchanged.

    OUT/runs/.RUN_ID.erasing   the run without them, and after the exchange the one before

A killed erasure leaves every run readable, with the people or without; the next one goes on.
"""

from pathlib import Path

from ptml.publish.erasing.runs import RunFolders
from ptml.publish.folder import CURRENT, RUNS, Folder

_ERASING = ".erasing"


class ErasableFolder(RunFolders):
    """The kept runs of a folder that `ptml score` publishes to."""

    def __init__(self, out: Path) -> None:
        place = Folder(out)
        self._out = out
        super().__init__(place, out, out / RUNS)

    @property
    def _lock(self) -> Path:
        return Folder(self._out).lock

    def _fresh(self, run: Path) -> Path:
        return run.with_name(f".{run.name}{_ERASING}")

    def _half(self) -> list[Path]:
        return [*(self._out / RUNS).glob(f".*{_ERASING}"), self._place.staging]

    def earlier_runs(self) -> list[Path]:
        """Kept runs but the one that is shown."""
        shown = (self._out / CURRENT).resolve()
        return [run for run in self._runs() if run.resolve() != shown]
