"""Holding a table against its output contract, before anybody reads it."""

import polars as pl
import pyarrow as pa

from ptml.contracts.outputs import OUTPUT_TABLES, OutputContract


class BrokenOutputError(ValueError):
    """A table that breaks its output contract: a fault of the engine, never of its user."""


def conforming(name: str, table: pa.Table) -> pa.Table:
    """Give the table in the columns and types of its contract.

    Whole numbers may be wider and floats narrower than the contract's; NaN becomes empty.

    Parameters
    ----------
    name : str
        An output table.
    table : pyarrow.Table
        All columns of the contract and no others, in any order.

    Raises
    ------
    BrokenOutputError
        Naming the columns that are missing, unknown or of another type, or each broken rule with
        its number of rows.
    """
    contract = OUTPUT_TABLES[name]
    frame = _typed(name, contract, table)
    _, failure = contract.schema.filter(frame.lazy())
    broken = [f"{rule} ({n} rows)" for rule, n in failure.counts().items()]
    if contract.key:
        n_repeated = frame.height - frame.n_unique(list(contract.key))
        broken += [f"{', '.join(contract.key)} repeated ({n_repeated} rows)"] if n_repeated else []
    if broken:
        raise BrokenOutputError(f"{name} breaks its contract: {'; '.join(broken)}")
    return frame.to_arrow().cast(contract.arrow_schema)


def empty_output(name: str) -> pa.Table:
    """Give an output table without rows."""
    return OUTPUT_TABLES[name].arrow_schema.empty_table()


def _typed(name: str, contract: OutputContract, table: pa.Table) -> pl.DataFrame:
    missing = [column for column in contract.columns if column not in table.column_names]
    unknown = [column for column in table.column_names if column not in contract.columns]
    if missing or unknown:
        raise BrokenOutputError(f"{name} lacks columns {missing} and has unknown ones {unknown}")
    frame = pl.DataFrame(table)
    found_kinds, kinds = frame.schema, contract.kinds
    unfit = [c for c in contract.columns if not _fits(found_kinds[c], kinds[c])]
    if unfit:
        found = ", ".join(f"{c} is {found_kinds[c]} and has to be {kinds[c]}" for c in unfit)
        raise BrokenOutputError(f"{name} has columns of another type: {found}")
    return frame.select(
        _without_nan(column, found_kinds[column]).cast(kinds[column]) for column in contract.columns
    )


def _fits(found: pl.DataType, wanted: pl.DataType) -> bool:
    if isinstance(found, pl.Null):
        return True
    if wanted.is_float():
        return found.is_numeric()
    if wanted.is_integer():
        return found.is_integer()
    if wanted == pl.String:
        return isinstance(found, pl.String | pl.Categorical | pl.Enum)
    return type(found) is type(wanted)


def _without_nan(column: str, kind: pl.DataType) -> pl.Expr:
    return pl.col(column).fill_nan(None) if kind.is_float() else pl.col(column)
