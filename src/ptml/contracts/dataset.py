"""The checked data set: every contract table, typed and sorted, on one DuckDB connection."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

import duckdb
import pandas as pd
import pyarrow as pa

from ptml.contracts.derived import cut_overlapping_assignments, fill_hired_on
from ptml.contracts.fingerprint import fingerprint_of
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.problems import (
    missing_columns,
    raise_on,
    row_problems,
    structure_problems,
)
from ptml.contracts.raw import RawSource, RawTable
from ptml.contracts.scratch import Scratch
from ptml.contracts.staging import Progress, Staging, protected_columns


@dataclass(frozen=True, eq=False)
class Dataset:
    """A source whose rows have been checked; what broke a rule is in `rejected` and nowhere else.

    Use it as a context manager, or call `close`: what memory does not hold is a temporary file.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds every input table of the contract by its name with all columns of the contract; rows
        of people lie in runs by the hash of the person (`ptml.contracts.person_runs`), other tables
        are sorted. A table that the source has not is empty, a column that it has not is NULL or
        the contract's default. `protected_attributes` holds `employee_id` and any ``protected_*``
        column, apart from `employees`, so that no feature can take them up by accident.
    columns : mapping of table to frozenset of str
        The contract's columns that the source really had (and its ``protected_*`` columns).
    rows_read, rows_rejected : mapping of table to int
    rejected : pyarrow.Table
        ``table, row, column, value, rule``: one line a broken row and rule; `row` counts data rows
        from 1 in source order, `value` is the text as it stood.
    fingerprint : str
        Number of its definition and SHA-256 in hex of what was kept; the same rows give the same
        from any form of source.
    address : str
        Where it came from, without any password.
    left_out : tuple of str
        Sentences about erased people whom the source still has.
    """

    connection: duckdb.DuckDBPyConnection
    columns: Mapping[str, frozenset[str]]
    rows_read: Mapping[str, int]
    rows_rejected: Mapping[str, int]
    rejected: pa.Table
    fingerprint: str
    address: str
    scratch: Scratch | None = field(default=None, repr=False)
    left_out: tuple[str, ...] = ()

    def has(self, table: str, column: str | None = None) -> bool:
        """Tell whether the source had the table, or the column of it."""
        columns = self.columns.get(table)
        return columns is not None and (column is None or column in columns)

    def query(self, sql: str, params: Sequence[Any] = ()) -> pd.DataFrame:
        """Run SQL over the checked tables; a pandas frame comes back."""
        return self.connection.execute(sql, list(params)).df()

    def arrow(self, sql: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run SQL over the checked tables; an Arrow table comes back."""
        return self.connection.cursor().sql(sql, params=list(params)).to_arrow_table()

    def settle(self) -> None:
        """Give memory back: from here on rows of few people at a time are asked for."""
        if self.scratch is not None:
            self.scratch.settle()

    def close(self) -> None:
        """Close the connection and remove the temporary folder."""
        self.connection.close()
        if self.scratch is not None:
            self.scratch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def dataset_from_frames(frames: Mapping[str, pd.DataFrame]) -> Dataset:
    """Check pandas frames by table name as any source is checked, in memory.

    Raises
    ------
    DataError
        As `check_source`: a missing A table ends it here too.
    """
    tables: dict[str, RawTable] = {}
    unreadable: dict[str, str] = {}
    for name in frames.keys() & INPUT_TABLES.keys():
        try:
            tables[name] = _raw_frame(name, frames[name])
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            unreadable[name] = f"{name} mixes values of several types in a column: {error}"
    return check_source(RawSource("frames in memory", tables, unreadable), Scratch.in_memory())


def check_source(source: RawSource, scratch: Scratch, progress: Progress | None = None) -> Dataset:
    """Check every table of a source and store what keeps the rules.

    Parameters
    ----------
    scratch : Scratch
        Where to store it; the data set owns it from here on.
    progress : callable, optional
        Called with a table and the rows of it read since the last call.

    Raises
    ------
    DataError
        Naming everything at once: what cannot be read, a missing A table, a missing required
        column, a table of which more than 5 % is set aside.
    TryAgainError
        When there is no room for the temporary files.
    """
    try:
        with scratch.told_in_words():
            return _checked(source, scratch, progress)
    except BaseException:
        scratch.close()
        raise


def _checked(source: RawSource, scratch: Scratch, progress: Progress | None) -> Dataset:
    tables = {
        name: raw for name, raw in source.tables.items() if not missing_columns(name, raw.columns)
    }
    staging = Staging(scratch.connection, progress)
    staging.fill(tables)
    problems = [
        *source.unreadable.values(),
        *structure_problems(source),
        *staging.failed.values(),
        *row_problems(scratch.connection, staging.rows_read, staging.rows_rejected),
    ]
    raise_on(problems, source.address)
    rejected = staging.rejected()
    staging.drop()
    cut_overlapping_assignments(scratch.connection)
    fill_hired_on(scratch.connection)
    columns = {name: _columns_of(name, raw) for name, raw in tables.items()}
    return Dataset(
        connection=scratch.connection,
        columns=MappingProxyType(columns),
        rows_read=MappingProxyType(staging.rows_read),
        rows_rejected=MappingProxyType(staging.rows_rejected),
        rejected=rejected,
        fingerprint=fingerprint_of(scratch.connection, columns),
        address=source.address,
        scratch=scratch,
    )


def _columns_of(name: str, raw: RawTable) -> frozenset[str]:
    of_contract = frozenset(raw.columns) & frozenset(INPUT_TABLES[name].columns)
    return of_contract | frozenset(protected_columns(name, raw.columns))


def _raw_frame(name: str, frame: pd.DataFrame) -> RawTable:
    table = pa.Table.from_pandas(frame, preserve_index=False)

    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        yield from table.select(list(wanted)).to_batches()

    return RawTable(tuple(map(str, frame.columns)), batches, name)
