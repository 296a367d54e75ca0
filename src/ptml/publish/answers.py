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
_SHAPE, _AT, _VALUES = ".shape", ".at", ".values"
_REMEDY = "it is scored again"

Sums = Mapping[str, NDArray[Any]]


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
    sums: Sums
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
        np.savez(folder / _SUMS, allow_pickle=False, **_packed(self.sums))
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
    sums: Sums
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
            sums = _unpacked(arrays)
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


def _packed(sums: Sums) -> Sums:
    """Arrays without their zeros: most units of a large company have their people elsewhere."""
    packed: dict[str, NDArray[Any]] = {}
    for name, values in sums.items():
        at = np.flatnonzero(values)
        packed |= {
            f"{name}{_SHAPE}": np.array(values.shape, dtype=np.int64),
            f"{name}{_AT}": at,
            f"{name}{_VALUES}": values.reshape(-1)[at],
        }
    return packed


def _unpacked(packed: Sums) -> dict[str, NDArray[Any]]:
    sums = {}
    for name in (key.removesuffix(_SHAPE) for key in packed if key.endswith(_SHAPE)):
        values = packed[f"{name}{_VALUES}"]
        sums[name] = np.zeros(packed[f"{name}{_SHAPE}"], dtype=values.dtype)
        sums[name].reshape(-1)[packed[f"{name}{_AT}"]] = values
    return sums
