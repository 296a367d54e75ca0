"""What is said of a bucket of people, and how it is kept till all of the run is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
from numpy.typing import NDArray

from ptml.contracts.manifest import read_manifest, write_manifest
from ptml.publish.pieces import Stamp, encoded

_SUMS, _SUFFIX, _PIECE = "sums.npz", ".arrow", ".parquet"
_TABLES, _LISTS = "tables", "lists"
_REMEDY = "it is scored again"


@dataclass(frozen=True, eq=False)
class BucketAnswers:
    """What is said of a bucket's people.

    Attributes
    ----------
    tables : mapping of str to pyarrow.Table
        Output tables of the contract with rows, without `as_of` and `run_id`.
    sums : mapping of str to ndarray
        The bucket's part of the sums over everybody; added up bucket by bucket, in their order.
    lists : mapping of str to pyarrow.Table
        The bucket's part of what is judged over everybody; put one below the other.
    n_people : int
        Who was scored.
    n_reused : int
        Of how many of them an earlier run's lists were taken over.
    """

    tables: Mapping[str, pa.Table]
    sums: Mapping[str, NDArray[Any]]
    lists: Mapping[str, pa.Table]
    n_people: int
    n_reused: int = 0

    def save(self, folder: Path, stamp: Stamp) -> None:
        """Write all of it into a new folder, with the hash of each file, without pickle.

        Tables are written as they will be published, so that who puts a run together need not look
        at their rows. It need not outlive a machine that loses its power: what did not reach the
        disk is seen by its hash, and made again.

        Raises
        ------
        BrokenOutputError
            When rows break their table's contract.
        """
        for kind in (_TABLES, _LISTS):
            (folder / kind).mkdir(parents=True)
        for name, table in self.tables.items():
            piece = encoded(stamp.on(name, table))
            (folder / _TABLES / f"{name}{_PIECE}").write_bytes(piece)
        for name, table in self.lists.items():
            feather.write_feather(table, folder / _LISTS / f"{name}{_SUFFIX}", compression="lz4")
        # Most of it are zeros: units whose people lie in other buckets.
        np.savez_compressed(folder / _SUMS, allow_pickle=False, **self.sums)
        about = {"n_people": self.n_people, "n_reused": self.n_reused}
        write_manifest(folder, about, is_durable=False)


@dataclass(frozen=True, eq=False)
class KeptAnswers:
    """What `BucketAnswers.save` wrote.

    Attributes
    ----------
    pieces : mapping of str to Path
        Parquet files of the tables, whole as they will be published.
    sums, lists, n_people, n_reused
        As those of `BucketAnswers`.
    """

    pieces: Mapping[str, Path]
    sums: Mapping[str, NDArray[Any]]
    lists: Mapping[str, pa.Table]
    n_people: int
    n_reused: int

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what was written, every file held against its hash.

        Raises
        ------
        FileNotFoundError
            When nothing whole is there.
        DataError
            When a file is not what was written.
        """
        about = read_manifest(folder, _REMEDY)
        with np.load(folder / _SUMS, allow_pickle=False) as arrays:
            sums = {name: arrays[name] for name in arrays.files}
        return cls(
            pieces={path.stem: path for path in sorted((folder / _TABLES).glob(f"*{_PIECE}"))},
            sums=sums,
            lists={
                path.stem: feather.read_table(path, memory_map=False)
                for path in sorted((folder / _LISTS).glob(f"*{_SUFFIX}"))
            },
            n_people=int(about["n_people"]),
            n_reused=int(about["n_reused"]),
        )
