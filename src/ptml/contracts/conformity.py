"""Holding a table against its output contract, before anybody reads it."""

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

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
    # A table without rows breaks no rule, and laying the rules out is what takes the time.
    if broken := _broken(contract, frame) if frame.height else ():
        raise BrokenOutputError(f"{name} breaks its contract: {'; '.join(broken)}")
    # What was checked is written as it came: the way back from polars would copy all text.
    columns = [_written(table[field.name], field.type) for field in contract.arrow_schema]
    return pa.Table.from_arrays(columns, schema=contract.arrow_schema)


def empty_output(name: str) -> pa.Table:
    """Give an output table without rows."""
    return OUTPUT_TABLES[name].arrow_schema.empty_table()


def _broken(contract: OutputContract, frame: pl.DataFrame) -> list[str]:
    """Each broken rule with its number of rows."""
    _, failure = contract.schema.filter(frame.lazy())
    broken = [f"{rule} ({n} rows)" for rule, n in failure.counts().items()]
    if contract.key and (n_repeated := _n_repeated(frame, contract.key)):
        broken.append(f"{', '.join(contract.key)} repeated ({n_repeated} rows)")
    return broken


def _n_repeated(frame: pl.DataFrame, key: tuple[str, ...]) -> int:
    """Rows whose key an earlier row has; hashes tell most times that there are none."""
    if frame.select(pl.struct(key).hash().n_unique()).item() == frame.height:
        return 0
    return frame.height - frame.n_unique(list(key))


def _written(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    cast = column.cast(kind)
    if not pa.types.is_floating(kind):
        return cast
    is_nan = pc.is_nan(cast)
    is_any = pc.any(is_nan).as_py()
    return pc.if_else(is_nan, pa.scalar(None, kind), cast) if is_any else cast


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
