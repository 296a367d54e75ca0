"""External ids outside, integer codes inside: one map that is saved with the model."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa


@dataclass(frozen=True, eq=False)
class IdMap:
    """Sorted unique external ids and their positions, which are the codes.

    Attributes
    ----------
    ids : ndarray of str objects, shape (n,)
        Sorted by code point, unique. ``ids[code]`` is the external id.
    """

    ids: npt.NDArray[np.object_]

    @classmethod
    def of(cls, values: Iterable[Any]) -> Self:
        """Make the map of the distinct ids in `values`; missing ones are left out.

        Parameters
        ----------
        values : iterable of str
            Any number of times each, in any order: the map depends on the set alone.
        """
        distinct = pd.unique(pd.Series(_plain(values), dtype=object).dropna())
        return cls(np.array(sorted(str(value) for value in distinct), dtype=object))

    def codes(self, values: Iterable[Any]) -> npt.NDArray[np.int32]:
        """Give the code of each value, -1 for one that the map does not know.

        Returns
        -------
        ndarray of int32, shape (n_values,)
        """
        found = self._index.get_indexer(pd.Index(_plain(values), dtype=object))
        return found.astype(np.int32)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, value: object) -> bool:
        return value in self._index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdMap) and np.array_equal(self.ids, other.ids)

    __hash__ = None  # type: ignore[assignment]

    def save(self, path: Path) -> None:
        """Write the ids as one JSON list, UTF-8."""
        path.write_text(json.dumps(self.ids.tolist(), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        ValueError
            When the file is not a sorted list of distinct strings.
        """
        ids = json.loads(path.read_text(encoding="utf-8"))
        is_id_list = isinstance(ids, list) and all(isinstance(value, str) for value in ids)
        if not is_id_list or ids != sorted(set(ids)):
            raise ValueError(f"{path} is not a sorted list of distinct ids")
        return cls(np.array(ids, dtype=object))

    @cached_property
    def table(self) -> pa.Table:
        """Columns `id`, text, and `code`, int32, for joins."""
        codes = np.arange(len(self), dtype=np.int32)
        return pa.table({"id": pa.array(self.ids, pa.string()), "code": pa.array(codes)})

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.ids, dtype=object)


def _plain(values: Iterable[Any]) -> npt.NDArray[np.object_]:
    return np.asarray(values if hasattr(values, "__len__") else list(values), dtype=object)
