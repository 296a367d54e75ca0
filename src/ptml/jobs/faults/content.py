"""What a place shows: which run, and a hash of each of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.publish import read_run

# Holds when the run began and ended.
_TIMES = "runs"

RowHashes = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Content:
    """One run, as a reader finds it.

    Attributes
    ----------
    run_id : str
    rows : mapping of str to (n,) uint64
        Sorted hashes of the rows of each table but `runs`; the ids of the run are part of a row.
    """

    run_id: str
    rows: Mapping[str, RowHashes]

    @classmethod
    def of(cls, address: str) -> "Content":
        """Read all of it, hashes and checksums checked.

        Raises
        ------
        PtmlError
            As `ptml.publish.read_run` does.
        """
        run = read_run(address)
        names = [name for name in OUTPUT_TABLES if name != _TIMES]
        return cls(str(run.about["run_id"]), {name: _hashes(run.arrow(name)) for name in names})

    def lost_and_doubled(self, whole: "Content") -> tuple[int, int]:
        """How many rows of the whole run are not here, and how many are here too often."""
        lost = doubled = 0
        for name, wanted in whole.rows.items():
            both = np.concatenate([wanted, self.rows[name]])
            _, place = np.unique(both, return_inverse=True)
            count = np.bincount(place[len(wanted) :], minlength=place.max(initial=-1) + 1)
            more = count - np.bincount(place[: len(wanted)], minlength=len(count))
            lost += int(-more[more < 0].sum())
            doubled += int(more[more > 0].sum())
        return lost, doubled


def _hashes(table: pa.Table) -> RowHashes:
    frame = pl.DataFrame(pl.from_arrow(table))
    if frame.is_empty():
        return np.zeros(0, dtype=np.uint64)
    return np.sort(frame.hash_rows(seed=0).to_numpy())
