"""What a table of the contract is: its schema, key, references, and what it is needed for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import dataframely as dy
import polars as pl
from dataframely.columns import Column

Need = Literal["A", "C", "L", "W", ""]

_DUCKDB_TYPES = {
    pl.String: "VARCHAR",
    pl.Date: "DATE",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
}
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class TableContract:
    """One input table.

    Attributes
    ----------
    schema : type of dataframely.Schema
        Columns in the contract's order with their row rules.
    needed_for : str
        ``A`` everything, ``C`` capability, ``L`` lift, ``W`` warning, empty: better answers.
    key : tuple of str
        No two rows agree in all of these. Empty: rows may repeat.
    order : tuple of str
        What the checked table is sorted by first; the key where empty.
    references : mapping of column to table
        A value of the column is a key of that table.
    without : str
        What cannot be done without the table.
    without_column : mapping of column to str
        What cannot be done without an optional column.
    """

    schema: type[dy.Schema]
    needed_for: Need
    without: str
    key: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    without_column: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    @property
    def columns(self) -> Mapping[str, Column]:
        """All columns of the contract, in its order."""
        return self.schema.columns()

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that the table must have and that are never empty."""
        return tuple(name for name, column in self.columns.items() if not column.nullable)

    @property
    def duckdb_types(self) -> Mapping[str, str]:
        """Each column's type in the checked data set."""
        return {name: _DUCKDB_TYPES[type(column.dtype)] for name, column in self.columns.items()}

    @property
    def defaults(self) -> Mapping[str, Any]:
        """What stands for an empty value, where the contract says it."""
        return {
            name: column.metadata["default"]
            for name, column in self.columns.items()
            if column.metadata and "default" in column.metadata
        }

    @property
    def sorted_by(self) -> tuple[str, ...]:
        """Columns that leave no two rows in an order of chance: all, where there is no key."""
        first = self.order or self.key
        rest = self.key or tuple(self.columns)
        return (*first, *(name for name in rest if name not in first))
