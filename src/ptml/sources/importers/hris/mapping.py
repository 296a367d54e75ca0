"""What the mapping file of an HRIS import says: which columns make which table."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ptml.contracts.inputs import INPUT_TABLES, PROTECTED_PREFIX


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Cell(BaseModel):
    """Where a column of the contract comes from; a bare name means the column of that name."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    column: str | None = Field(None, description="A column of the file.")
    join: Words = Field(
        (), description="Columns of the file, joined by `with`; empty ones fall out."
    )
    with_: str = Field(" ", alias="with", description="Stands between joined columns.")
    constant: str | None = Field(None, description="The same value in every row.")
    empty: Words = Field((), description="Values that mean: not known.")
    pattern: str | None = Field(None, description="Regular expression; its first group counts.")
    values: dict[str, str] = Field(default_factory=dict, description="What stands for which value.")
    otherwise: str | None = Field(
        None, description="For a value that `values` has not; without it the row has no place."
    )
    split: str | None = Field(None, description="Mark between several values: a row for each.")
    date: Words = Field((), description="Forms of dates, as %Y/%m/%d; the first that fits counts.")
    decimal: str = Field(".", description="Decimal mark of numbers.", max_length=1)
    scale: tuple[float, float, float, float] | None = Field(
        None, description="Lowest and highest of the file, lowest and highest of the contract."
    )

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> "Cell":
        named = [self.column is not None, bool(self.join), self.constant is not None]
        if sum(named) != 1:
            raise ValueError("name one of column, join and constant")
        if self.scale is not None and self.scale[0] == self.scale[1]:
            raise ValueError("scale needs a lowest and a highest that differ")
        return self

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        try:
            if pattern is not None and re.compile(pattern).groups < 1:
                raise ValueError(f"pattern {pattern} has no group in parentheses")
        except re.error as error:
            raise ValueError(f"pattern {pattern} is no regular expression: {error}") from error
        return pattern

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of the file that it reads."""
        return (self.column,) if self.column is not None else self.join


def _as_cell(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Where(BaseModel):
    """Which rows make the table: those whose column holds one of the words."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    column: str
    is_: Words = Field((), alias="is")
    is_not: Words = ()


class TableMap(BaseModel):
    """One table of the contract and where its columns come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="A table of the contract.")
    columns: dict[str, Annotated[Cell, BeforeValidator(_as_cell)]]
    where: Where | None = None

    @model_validator(mode="after")
    def _fits_the_contract(self) -> "TableMap":
        contract = INPUT_TABLES.get(self.name)
        if contract is None:
            raise ValueError(f"{self.name} is no table of the contract ({', '.join(INPUT_TABLES)})")
        extra = [
            name
            for name in self.columns
            if name not in contract.columns
            and not (self.name == "employees" and name.startswith(PROTECTED_PREFIX))
        ]
        missing = [name for name in contract.required if name not in self.columns]
        if extra:
            raise ValueError(f"{self.name} has no column {', '.join(extra)} in the contract")
        if missing:
            raise ValueError(f"{self.name} needs {', '.join(missing)}")
        if sum(cell.split is not None for cell in self.columns.values()) > 1:
            raise ValueError(f"{self.name} can split one column only")
        return self


class Identifiers(BaseModel):
    """Columns that name people in other systems: they make a list for `--people`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    employee_id: str
    columns: Words


class Source(BaseModel):
    """How the file is written; empty = found out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: str = ""
    separator: str = Field(default="", max_length=1)


class HrisMapping(BaseModel):
    """``--map`` of ``ptml import hris``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Source = Source()
    identifiers: Identifiers | None = None
    table: tuple[TableMap, ...] = Field(min_length=1)

    @property
    def sources(self) -> tuple[str, ...]:
        """All columns of the file that are read."""
        cells = [cell for table in self.table for cell in table.columns.values()]
        named = [name for cell in cells for name in cell.sources]
        named += [table.where.column for table in self.table if table.where]
        if self.identifiers is not None:
            named += [self.identifiers.employee_id, *self.identifiers.columns]
        return tuple(dict.fromkeys(named))
