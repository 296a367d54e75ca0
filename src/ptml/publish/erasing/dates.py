"""Take people out of a dataset by date: each is written anew and exchanged as publishers do.

    OUT/.publishing/as_of=2026-10-02   the date without them, and afterwards the one before

Parts get new names. Who listed the date before finds them gone and reads again, and never has
some parts with a person and some without.
"""

from pathlib import Path

from ptml.publish.config import PublishConfig
from ptml.publish.dates import DateFolders
from ptml.publish.erasing.runs import RunFolders
from ptml.publish.parts import DATE, WORK


class ErasableDates(RunFolders):
    """The dates of a dataset that `ptml score` publishes to."""

    def __init__(self, out: Path) -> None:
        self._dates = DateFolders(out, PublishConfig())
        super().__init__(self._dates, out, out)

    @property
    def _lock(self) -> Path:
        return self._dates.lock

    def _fresh(self, run: Path) -> Path:
        return self._folder / WORK / run.name

    def _half(self) -> list[Path]:
        return [*(self._folder / WORK).glob(f"{DATE}=*"), self._place.staging]

    def _runs(self) -> list[Path]:
        return [run for run in super()._runs() if run.name.startswith(f"{DATE}=")]

    def _renamed(self, file: Path, n: int) -> Path:
        # part-00000-RUN_ID.parquet, part-00000-RUN_ID.1.parquet: an id of a run holds no dot.
        return file.with_name(f"{file.name.partition('.')[0]}.{n}{file.suffix}")

    def earlier_runs(self) -> list[Path]:
        """Dates but the latest one, which is what is shown."""
        return self._runs()[:-1]
