"""The work folder of a run that is being made: what is finished of it outlives its process.

WORK/job.json               which run, by which code, in how many buckets
WORK/shared/                what all buckets share, for workers
WORK/earlier/               rows of a run that lies in no Parquet files, to be taken over
WORK/buckets/00017/         the answers of a bucket, whole or not there
WORK/run/                   the tables, as they will be published
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from ptml.errors import DataError
from ptml.publish.answers import BucketAnswers, KeptAnswers
from ptml.publish.pieces import Stamp
from ptml.publish.place import told_plainly

_JOB, _BUCKETS, _RUN, _SHARED = "job.json", "buckets", "run", "shared"
_EARLIER = "earlier"


@dataclass(frozen=True)
class Work:
    """Finished buckets of one run.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    @classmethod
    def begin(cls, folder: Path, job: Mapping[str, Any]) -> Self:
        """Go on with what is there of the same job, or begin anew.

        Parameters
        ----------
        job : mapping
            JSON-ready; all that decides the bytes of a bucket's answers, `as_of` and `run_id` of
            the run among it.
        """
        told = json.dumps(dict(job), sort_keys=True)
        work = cls(folder)
        if work._told() != told:
            shutil.rmtree(folder, ignore_errors=True)
        for passing in (work.run, work.shared, work.earlier):
            shutil.rmtree(passing, ignore_errors=True)
        (folder / _BUCKETS).mkdir(parents=True, exist_ok=True)
        for half in (folder / _BUCKETS).glob(".*"):
            shutil.rmtree(half, ignore_errors=True)
        (folder / _JOB).write_text(told, encoding="utf-8")
        return work

    def _told(self) -> str | None:
        try:
            return (self.folder / _JOB).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    @property
    def stamp(self) -> Stamp:
        """What every row of the run says of it."""
        job = json.loads((self.folder / _JOB).read_text(encoding="utf-8"))
        return Stamp(date.fromisoformat(job["as_of"]), job["run_id"])

    @property
    def run(self) -> Path:
        """Where the tables are written that will be published."""
        return self.folder / _RUN

    @property
    def shared(self) -> Path:
        """Where what all buckets share lies for workers."""
        return self.folder / _SHARED

    @property
    def buckets(self) -> Path:
        """Where the answers of finished buckets lie."""
        return self.folder / _BUCKETS

    def has(self, index: int) -> bool:
        """Whether answers of a bucket are there, whole or not."""
        return self._place(index).exists()

    def adopt(self, index: int, written: Path) -> bool:
        """Keep answers that were written elsewhere on the disk; False where they are not there.

        Those of a bucket that is there already are left as they are.
        """
        place = self._place(index)
        if not place.exists() and written.is_dir():
            written.rename(place)
        return place.exists()

    @property
    def earlier(self) -> Path:
        """Where rows of an earlier run lie that are no files of their own."""
        return self.folder / _EARLIER

    def put(self, index: int, answers: BucketAnswers) -> None:
        """Keep the answers of a bucket; those of one that is there already are left as they are.

        Raises
        ------
        TryAgainError
            When the disk is full.
        """
        place = self._place(index)
        fresh = place.with_name(f".{place.name}")
        with told_plainly(self.folder):
            shutil.rmtree(fresh, ignore_errors=True)
            answers.save(fresh, self.stamp)
            if not place.exists():
                fresh.rename(place)

    def get(self, index: int) -> KeptAnswers | None:
        """The answers of a bucket; None where they are not there, or not as they were written."""
        try:
            return KeptAnswers.load(self._place(index))
        except FileNotFoundError:
            return None
        except DataError:
            shutil.rmtree(self._place(index))
            return None

    def has_some(self) -> bool:
        """Whether any bucket is finished."""
        return any((self.folder / _BUCKETS).glob("[0-9]*"))

    def discard(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _place(self, index: int) -> Path:
        return self.folder / _BUCKETS / f"{index:06d}"
