"""People in tables: which rows are theirs, and in which of other people's they are named."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Self

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from ptml.contracts.suppression import NAMING_COLUMNS, OWN_COLUMNS
from ptml.traces import KEY_COLUMNS, Needle

REJECTED = "rejected_rows"
PERSON_COLUMNS = ("employee_id", "manager_id")
"""Columns of published tables that hold ids of people: whose the row is, and whom it names."""
ENROLMENT = "enrolment_id"


@dataclass(frozen=True)
class Known:
    """What a place knows of people's ids.

    Attributes
    ----------
    enrolment_ids : frozenset of str
        Their enrolments.
    others : frozenset of str
        Ids of other people, and of their enrolments, that hold one of these ids as a part.
    """

    enrolment_ids: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def __or__(self, other: "Known") -> "Known":
        return Known(self.enrolment_ids | other.enrolment_ids, self.others | other.others)


@dataclass(frozen=True)
class People:
    """Who is to be erased, all at once: a run is rewritten once for any number of people.

    Attributes
    ----------
    employee_ids : frozenset of str
    enrolment_ids : frozenset of str
        Enrolments that are known to be theirs: a table may hold nothing else of them.
    others : frozenset of str
        Ids of other people that hold one of these as a part.
    """

    employee_ids: frozenset[str]
    enrolment_ids: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @classmethod
    def of(cls, employee_ids: Iterable[str], known: Iterable[Known]) -> Self:
        """People with what places know of them; nobody of them is another."""
        found = reduce(lambda one, other: one | other, known, Known())
        asked = frozenset(employee_ids)
        own = found.enrolment_ids - asked
        return cls(asked, own, found.others - own - asked)

    @cached_property
    def needle(self) -> Needle:
        """What to look for in files."""
        return Needle(self.employee_ids | self.enrolment_ids, self.others)


def theirs(table: str, rows: pa.Table, whom: People) -> pa.ChunkedArray:
    """Which rows of a table are about the person."""
    if table == REJECTED:
        return _set_aside(rows, whom)
    ids = {
        "employee_id": pa.array(sorted(whom.employee_ids), pa.string()),
        "enrolment_id": pa.array(sorted(whom.enrolment_ids), pa.string()),
    }
    found = pa.chunked_array([pa.repeat(pa.scalar(False), len(rows))])
    for column, values in ids.items():
        if column in rows.column_names:
            found = pc.or_(found, pc.is_in(rows[column].cast(pa.string()), values))
    return found


def holding(values: pa.Array | pa.ChunkedArray, words: Iterable[str]) -> set[str]:
    """Which of some ids hold one of the words as a part.

    Many words are looked for at once (Aho-Corasick).
    """
    wanted = sorted(words)
    texts = pl.Series(values.drop_null().cast(pa.large_string()))
    return set(texts.filter(texts.str.contains_any(wanted))) if wanted and len(texts) else set()


def id_columns(table: str) -> tuple[str, ...]:
    """The columns that tell whose a row of a table is."""
    return ("column", "value") if table == REJECTED else OWN_COLUMNS


@dataclass(frozen=True)
class Cut:
    """A table without the person.

    Attributes
    ----------
    rows : pyarrow.Table
    n_rows : int
        Rows that were the person's.
    n_named : int
        Values in other people's rows that named the person: as their manager, or in a sentence.
    """

    rows: pa.Table
    n_rows: int
    n_named: int


def cut(table: str, rows: pa.Table, whom: People) -> Cut:
    """Take the person's rows out, and the name out of the rows of others."""
    is_theirs = theirs(table, rows, whom)
    n_rows = pc.sum(is_theirs).as_py() or 0
    kept = rows.filter(pc.invert(is_theirs)) if n_rows else rows
    n_named = 0
    for column in text_columns(kept.schema):
        k = kept.schema.get_field_index(column)
        values, n = unnamed(column, kept.column(k), whom)
        n_named += n
        kept = kept.set_column(k, kept.schema.field(k), values) if n else kept
    return Cut(kept, n_rows, n_named)


def text_columns(schema: pa.Schema) -> list[str]:
    """Columns in which somebody else's row may name the person."""
    return [
        field.name
        for field in schema
        if (pa.types.is_string(field.type) or pa.types.is_large_string(field.type))
        and (field.name in NAMING_COLUMNS or not field.name.endswith("_id"))
    ]


def unnamed(column: str, values: pa.ChunkedArray, whom: People) -> tuple[pa.ChunkedArray, int]:
    """A column without the person's name, and in how many values it stood."""
    needle = whom.needle
    if column in NAMING_COLUMNS:
        is_named = pc.is_in(values, pa.array(sorted(whom.employee_ids), values.type))
        emptied = pc.if_else(is_named, pa.scalar(None, values.type), values)
        return emptied, pc.sum(is_named).as_py() or 0
    maybe = pc.fill_null(pc.match_substring_regex(values, needle.loose), False)
    if not pc.any(maybe).as_py():
        return values, 0
    # Few hold any of the letters at all.
    at = np.flatnonzero(maybe.to_numpy(zero_copy_only=False))
    texts = values.take(pa.array(at)).to_pylist()
    fresh = [needle.without(text) if needle.in_text(text) else text for text in texts]
    n = sum(new != old for new, old in zip(fresh, texts, strict=True))
    replaced = pc.replace_with_mask(
        values.combine_chunks(), maybe.combine_chunks(), pa.array(fresh, values.type)
    )
    return pa.chunked_array([replaced]), n


def _set_aside(rows: pa.Table, whom: People) -> pa.ChunkedArray:
    """Rows that were set aside show a value as it stood, or the whole of a broken row."""
    needle = whom.needle
    values = rows["value"].cast(pa.string())
    is_id = pc.and_(
        pc.is_in(rows["column"].cast(pa.string()), pa.array(sorted(KEY_COLUMNS), pa.string())),
        pc.is_in(values, pa.array(sorted(needle.ids), pa.string())),
    )
    maybe = pc.fill_null(pc.match_substring_regex(values, needle.loose), False)
    if not pc.any(maybe).as_py():
        return is_id
    # Few hold any of the letters at all.
    named = [
        bool(held and needle.in_text(text))
        for held, text in zip(maybe.to_pylist(), values.to_pylist(), strict=True)
    ]
    return pc.or_(is_id, pa.chunked_array([pa.array(named, pa.bool_())]))
