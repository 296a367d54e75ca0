"""One frame of the API: its columns with types, units and meaning."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Dtype = Literal[
    "str", "Int32", "datetime64[s]", "int32", "int64", "float32", "float64", "bool", "category"
]


@dataclass(frozen=True)
class Column:
    """One column of a frame.

    Attributes
    ----------
    name, dtype : str
    unit : str
        What it counts in; empty for names and words.
    meaning : str
        One sentence; what an empty value means where that is not plain.
    """

    name: str
    dtype: Dtype
    unit: str
    meaning: str


@dataclass(frozen=True)
class Frame:
    """A kind of frame.

    Attributes
    ----------
    row : str
        What one row is.
    columns : tuple of Column
        All of them, in order.
    """

    row: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the columns of the frame, in order and type; what else is there is left out."""
        kinds: dict[str, Dtype] = {column.name: column.dtype for column in self.columns}
        return frame[self.names].astype(kinds).reset_index(drop=True)

    def empty(self) -> pd.DataFrame:
        """Give the frame without rows."""
        return self.typed(pd.DataFrame({name: [] for name in self.names}))

    def documented(self) -> pd.DataFrame:
        """One row a column: ``column``, ``dtype``, ``unit``, ``meaning``."""
        told = [(c.name, c.dtype, c.unit, c.meaning) for c in self.columns]
        return pd.DataFrame(told, columns=["column", "dtype", "unit", "meaning"], dtype="str")


def id_column(name: str, meaning: str) -> Column:
    """A column of ids or words."""
    return Column(name, "str", "", meaning)


def number_column(name: str, unit: str, meaning: str) -> Column:
    """A column of numbers."""
    return Column(name, "float64", unit, meaning)


def day_column(name: str, meaning: str) -> Column:
    """A column of days."""
    return Column(name, "datetime64[s]", "", meaning)
