"""Row rules: batch by batch a raw table becomes typed rows and the list of what was set aside."""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import dataframely as dy
import polars as pl
import pyarrow as pa

from ptml.contracts.raw import MALFORMED_RULE, MALFORMED_TEXT, SOURCE_ROW, RawTable
from ptml.contracts.reading import raw_text, read_values
from ptml.contracts.rules import rule_sentence, unreadable_sentence
from ptml.contracts.tables import TableContract

BATCH_ROWS = 131_072
_VALUE_LIMIT = 200

REJECTED_SCHEMA = pl.Schema(
    {
        "table": pl.String(),
        "row": pl.Int64(),
        "column": pl.String(),
        "value": pl.String(),
        "rule": pl.String(),
    }
)


class _Numbered(dy.Schema):
    source_row = dy.Int64()


@dataclass(frozen=True)
class CheckedBatch:
    """Rows of one batch that keep the row rules, and what the others broke.

    Attributes
    ----------
    rows : polars.DataFrame
        `source_row` and every column of the contract, typed, defaults filled in, then the carried
        columns as text.
    rejected : polars.DataFrame
        One line a broken row and rule, as `REJECTED_SCHEMA`.
    set_aside : polars.DataFrame
        The broken rows' columns as far as they could be read.
    n_rows : int
        Rows read.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame
    set_aside: pl.DataFrame
    n_rows: int


def checked_batches(
    name: str, contract: TableContract, raw: RawTable, carried: tuple[str, ...] = ()
) -> Iterator[CheckedBatch]:
    """Read a raw table and hold each row against the rules of its schema.

    Parameters
    ----------
    name : str
        The table.
    carried : tuple of str
        Further columns to hand on as text.

    Raises
    ------
    DataError
        When the source fails half way.
    """
    check = _RowCheck(name, contract, carried)
    wanted = tuple(column for column in (*contract.columns, *carried) if column in raw.columns)
    n_seen = 0
    for frame in _frames(raw.batches(wanted)):
        yield check.batch(_numbered(frame, n_seen))
        n_seen += frame.height


def _frames(batches: Iterator[pa.RecordBatch]) -> Iterator[pl.DataFrame]:
    waiting: list[pa.RecordBatch] = []
    n_waiting = 0
    for batch in batches:
        waiting.append(batch)
        n_waiting += batch.num_rows
        if n_waiting >= BATCH_ROWS:
            yield pl.DataFrame(pa.Table.from_batches(waiting))
            waiting, n_waiting = [], 0
    if n_waiting:
        yield pl.DataFrame(pa.Table.from_batches(waiting))


def _numbered(frame: pl.DataFrame, n_seen: int) -> pl.DataFrame:
    if SOURCE_ROW not in frame.columns:
        frame = frame.with_row_index(SOURCE_ROW, offset=n_seen + 1)
    return frame.with_columns(pl.col(SOURCE_ROW).cast(pl.Int64))


class _RowCheck:
    """The rules of one table, ready for batch after batch."""

    def __init__(self, name: str, contract: TableContract, carried: tuple[str, ...]) -> None:
        self.name = name
        self.columns = contract.columns
        self.defaults = [pl.col(c).fill_null(value) for c, value in contract.defaults.items()]
        self.carried = carried
        # dataframely hands back the schema's columns only, and the row's number is needed.
        numbered = types.new_class(contract.schema.__name__, (contract.schema, _Numbered))
        self.schema = cast(type[dy.Schema], numbered)

    def batch(self, batch: pl.DataFrame) -> CheckedBatch:
        malformed, raw = self._split(batch)
        typed = raw.select(pl.col(SOURCE_ROW), *self._values(raw.schema))
        broken = self._broken(raw, typed)
        is_broken = typed[SOURCE_ROW].is_in(broken["row"].implode())
        return CheckedBatch(
            rows=typed.filter(~is_broken).with_columns(self.defaults),
            rejected=pl.concat([malformed, broken]),
            set_aside=typed.filter(is_broken),
            n_rows=batch.height,
        )

    def _split(self, batch: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        if MALFORMED_RULE not in batch.columns:
            return REJECTED_SCHEMA.to_frame(), batch
        is_malformed = pl.col(MALFORMED_RULE).is_not_null()
        malformed = batch.filter(is_malformed).select(
            pl.lit(self.name).alias("table"),
            pl.col(SOURCE_ROW).alias("row"),
            pl.lit(None, pl.String).alias("column"),
            pl.col(MALFORMED_TEXT).alias("value"),
            pl.col(MALFORMED_RULE).alias("rule"),
        )
        return malformed, batch.filter(~is_malformed)

    def _values(self, raw: pl.Schema) -> Iterator[pl.Expr]:
        for name, column in self.columns.items():
            if name in raw:
                yield read_values(name, raw[name], column.dtype).alias(name)
            else:
                yield pl.lit(None, column.dtype).alias(name)
        yield from (raw_text(name, raw[name]).alias(name) for name in self.carried)

    def _broken(self, raw: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
        nothing = REJECTED_SCHEMA.to_frame()
        found = list(self._failures(raw, typed))
        by_column = [faults for is_row_rule, faults in found if not is_row_rule]
        by_row = [faults for is_row_rule, faults in found if is_row_rule]
        # A value that cannot be read is not missing too, nor an infinite one also out of range.
        first = pl.concat([nothing, *self._unreadable(raw, typed), *by_column]).unique(
            ["row", "column"], keep="first", maintain_order=True
        )
        return pl.concat([first, *by_row])

    def _unreadable(self, raw: pl.DataFrame, typed: pl.DataFrame) -> Iterator[pl.DataFrame]:
        for name, column in self.columns.items():
            if name not in raw.columns or raw[name].null_count() == typed[name].null_count():
                continue
            had_text = raw.select(raw_text(name, raw.schema[name]).is_not_null()).to_series()
            at_fault = raw.filter(had_text & typed[name].is_null())
            yield self._faults(at_fault, name, unreadable_sentence(name, column))

    def _failures(
        self, raw: pl.DataFrame, typed: pl.DataFrame
    ) -> Iterator[tuple[bool, pl.DataFrame]]:
        _, failure = self.schema.filter(typed.lazy())
        details = failure.details()
        rules = [name for name in details.columns if name not in typed.columns]
        for rule in sorted(rules, key=_says_less) if len(details) else []:
            rows = details.filter(pl.col(rule) == "invalid")[SOURCE_ROW]
            if len(rows):
                name, sentence = rule_sentence(rule, self.schema)
                at_fault = raw.filter(pl.col(SOURCE_ROW).is_in(rows.implode()))
                yield "|" not in rule, self._faults(at_fault, name, sentence)

    def _faults(self, at_fault: pl.DataFrame, name: str, sentence: str) -> pl.DataFrame:
        return at_fault.select(
            pl.lit(self.name).alias("table"),
            pl.col(SOURCE_ROW).alias("row"),
            pl.lit(name).alias("column"),
            raw_text(name, at_fault.schema[name]).str.head(_VALUE_LIMIT).alias("value"),
            pl.lit(sentence).alias("rule"),
        )


def _says_less(rule: str) -> bool:
    return not rule.endswith(("|nullability", "|nan", "|inf"))
