"""Rows of a file as rows of one table of the contract, held against the contract's rules."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

import polars as pl
import pyarrow as pa

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import SOURCE_ROW, RawTable
from ptml.contracts.rows import checked_batches
from ptml.sources.importers.accounts import Accounts
from ptml.sources.importers.faults import Fault
from ptml.sources.importers.hris.cells import read_cell
from ptml.sources.importers.hris.mapping import TableMap
from ptml.sources.importers.records import Record, Records

_BATCH_ROWS = 50_000


@dataclass
class TableRows:
    """The rows of one table, in the making.

    Attributes
    ----------
    table : TableMap
    accounts : Accounts
        Takes what became of each row.
    """

    table: TableMap
    accounts: Accounts
    _seen: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = field(default_factory=dict)

    def made(self, records: Records) -> pa.Table:
        """Make all rows; what has no place is in the accounts."""
        name, columns = self.table.name, tuple(self.table.columns)
        contract = INPUT_TABLES[name]
        carried = tuple(column for column in columns if column not in contract.columns)
        raw = RawTable(columns, lambda _: self._batches(records), records.path.name)
        parts = []
        for batch in checked_batches(name, contract, raw, carried):
            parts.append(batch.rows.select(columns))
            for row, column, value, rule in batch.rejected.select(
                "row", "column", "value", "rule"
            ).iter_rows():
                text = json.dumps({column or "": value}, ensure_ascii=False)
                self._set_aside(records, row, rule, text)
            broken = batch.rejected["row"].n_unique()
            self.accounts.count(name, "", "placed", batch.n_rows - broken)
        if not parts:
            empty = pl.DataFrame(
                schema={
                    c: contract.columns[c].dtype if c in contract.columns else pl.String()
                    for c in columns
                }
            )
            return _plain(empty.to_arrow())
        return _plain(pl.concat(parts).to_arrow())

    def _batches(self, records: Records) -> Iterator[pa.RecordBatch]:
        columns = tuple(self.table.columns)
        schema = pa.schema(
            [(SOURCE_ROW, pa.int64()), *((column, pa.string()) for column in columns)]
        )
        rows: list[tuple[int, tuple[str, ...]]] = []
        for each in self._rows(records):
            rows.append(each)
            if len(rows) == _BATCH_ROWS:
                yield _batch(rows, schema)
                rows = []
        if rows:
            yield _batch(rows, schema)

    def _rows(self, records: Records) -> Iterator[tuple[int, tuple[str, ...]]]:
        for record in records:
            if record.fault:
                self._set_aside(records, record.row, record.fault, record.text())
            elif not self._is_wanted(record):
                self.accounts.count(self.table.name, "", "left out: not wanted by `where`")
            else:
                yield from self._of_record(records, record)

    def _is_wanted(self, record: Record) -> bool:
        where = self.table.where
        if where is None:
            return True
        word = record.values.get(where.column, "")
        return word not in where.is_not and (not where.is_ or word in where.is_)

    def _of_record(self, records: Records, record: Record) -> Iterator[tuple[int, tuple[str, ...]]]:
        contract = INPUT_TABLES[self.table.name]
        cells: list[list[str]] = []
        for column, cell in self.table.columns.items():
            kind = contract.duckdb_types.get(column, "VARCHAR")
            try:
                cells.append(read_cell(cell, kind, record.values))
            except Fault as fault:
                said = f"{column}: {fault}"
                if column in contract.required:
                    self._set_aside(records, record.row, said, record.text())
                    return
                # The rest of the row is worth keeping; what was not read is kept beside.
                self.accounts.remark(f"{self.table.name}.{column} left empty, it cannot be read", 1)
                self.accounts.keep(
                    records.path.name, record.row, f"left empty: {said}", record.text()
                )
                cells.append([""])
        for values in product(*cells):
            if self._is_new(records, record, values):
                yield record.row, values

    def _is_new(self, records: Records, record: Record, values: tuple[str, ...]) -> bool:
        """Whether no earlier row has the same key; the first counts, a different one is told."""
        name, columns = self.table.name, tuple(self.table.columns)
        key = INPUT_TABLES[name].key
        at = tuple(values[columns.index(column)] for column in key if column in columns)
        if not key or not all(at):
            return True
        first, told = self._seen.setdefault(at, (record.row, values))
        if first == record.row and told is values:
            return True
        if told == values:
            self.accounts.count(name, "", "left out: the same as an earlier row")
        else:
            differs = [c for c, one, two in zip(columns, told, values, strict=True) if one != two]
            self._set_aside(
                records,
                record.row,
                f"{', '.join(key)} {', '.join(at)} stands in row {first} with another"
                f" {', '.join(differs)}",
                record.text(),
                "an earlier row has its key with other values",
            )
        return False

    def _set_aside(
        self, records: Records, row: int, reason: str, text: str, counted_as: str = ""
    ) -> None:
        self.accounts.count(self.table.name, "", f"not placed: {counted_as or _kind(reason)}")
        self.accounts.keep(records.path.name, row, f"{self.table.name}: {reason}", text)


def _kind(reason: str) -> str:
    """A reason without the value, so that like ones are counted together."""
    quoted = reason.split("'")
    return "...".join(quoted[::2]) if len(quoted) > 2 else reason


def _batch(rows: Iterable[tuple[int, tuple[str, ...]]], schema: pa.Schema) -> pa.RecordBatch:
    numbers, values = zip(*rows, strict=True)
    columns = [pa.array(column, pa.string()) for column in zip(*values, strict=True)]
    return pa.RecordBatch.from_arrays([pa.array(numbers, pa.int64()), *columns], schema=schema)


def _plain(table: pa.Table) -> pa.Table:
    """Text as plain strings, which every reader knows."""
    plain = [
        pa.field(
            f.name,
            pa.string()
            if pa.types.is_large_string(f.type) or pa.types.is_string_view(f.type)
            else f.type,
        )
        for f in table.schema
    ]
    return table.cast(pa.schema(plain))
