"""A source without the people who were erased: their rows never reach the check."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from ptml.contracts.dataset import Dataset
from ptml.contracts.erasures import Erasures
from ptml.contracts.raw import MALFORMED_TEXT, SOURCE_ROW, RawSource, RawTable
from ptml.contracts.reading import read_values

OWN_COLUMNS = ("employee_id", "enrolment_id")
"""A row with an erased person's value in one of them is that person's."""
NAMING_COLUMNS = ("manager_id", "owner")
"""They name a person in somebody else's row: the row stays, the name goes."""


@dataclass
class Suppressed:
    """What was left out while a source was read.

    Attributes
    ----------
    people : tuple of str
        Erased people whom the source still has.
    enrolments : tuple of str
        Their enrolments there.
    rows : dict of table to int
        Their rows.
    """

    people: tuple[str, ...] = ()
    enrolments: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """By column, the values whose rows are left out."""
        return {"employee_id": self.people, "enrolment_id": self.enrolments}

    @property
    def sentence(self) -> str | None:
        """What a person reads of it; None where nothing was left out."""
        if not self.people:
            return None
        n = len(self.people)
        who = "1 erased person is" if n == 1 else f"{n:,} erased people are"
        return f"{who} still in the source: {sum(self.rows.values()):,} rows left out"


def without_erased(source: RawSource, erasures: Iterable[Erasures]) -> tuple[RawSource, Suppressed]:
    """Leave out the rows of erased people, and their names as managers or owners.

    Ids are hashed where they first stand, in `employees` and `enrolments`; the other tables are
    filtered by the few that were found. Rows keep the numbers that they have in the source.
    """
    told = Suppressed()
    known = [one for one in erasures if one.hashes()]
    if not known:
        return source, told
    ids = [
        chunk
        for name in ("employees", "assignments", "enrolments")
        for chunk in _column(source, name, "employee_id").chunks
    ]
    told.people = erased_among(pa.chunked_array(ids, pa.string()), known)
    if not told.people:
        return source, told
    told.enrolments = _enrolments(source, told.people)
    tables = {name: without_rows(name, raw, told) for name, raw in source.tables.items()}
    return replace(source, tables=tables), told


def forgotten(dataset: Dataset, erasures: Iterable[Erasures], left_out: Suppressed) -> Dataset:
    """The data set with its sentence about who was left out.

    What was set aside shows values as they stood; an erased person's id among them is no
    person of the source any more, and goes too.
    """
    known = [one for one in erasures if one.hashes()]
    values = dataset.rejected["value"]
    named = erased_among(values, known) if known else ()
    is_named = pc.fill_null(pc.is_in(values, pa.array(named, pa.string())), False)
    rejected = dataset.rejected.filter(pc.invert(is_named)) if named else dataset.rejected
    told = () if left_out.sentence is None else (left_out.sentence,)
    return replace(dataset, rejected=rejected, left_out=told)


def erased_among(ids: pa.Array | pa.ChunkedArray, erasures: Iterable[Erasures]) -> tuple[str, ...]:
    """Which of some ids any of the folders knows as erased."""
    return tuple(sorted({person for one in erasures for person in one.erased_among(ids)}))


def _column(source: RawSource, table: str, column: str) -> pa.ChunkedArray:
    raw = source.tables.get(table)
    if raw is None or column not in raw.columns:
        return pa.chunked_array([], pa.string())
    # What is found here is not kept: memory is that of the distinct ids.
    parts = [pc.unique(as_ids(batch.column(column))) for batch in raw.batches((column,))]
    return pa.chunked_array(parts, pa.string())


def as_ids(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Ids as the check will read them: a number is its digits, empty is missing."""
    if pa.types.is_string(values.type):
        return values
    raw = pl.DataFrame({"id": pl.from_arrow(values)})
    return (
        raw.select(read_values("id", raw.schema["id"], pl.String()))
        .to_arrow()["id"]
        .cast(pa.string())
    )


def _enrolments(source: RawSource, people: tuple[str, ...]) -> tuple[str, ...]:
    raw = source.tables.get("enrolments")
    if raw is None or not {"employee_id", "enrolment_id"} <= set(raw.columns):
        return ()
    wanted = pa.array(people, pa.string())
    found: list[str] = []
    for batch in raw.batches(("employee_id", "enrolment_id")):
        is_theirs = pc.is_in(as_ids(batch.column("employee_id")), wanted)
        found += as_ids(batch.column("enrolment_id")).filter(is_theirs).to_pylist()
    return tuple(value for value in found if value is not None)


def without_rows(name: str, raw: RawTable, told: Suppressed) -> RawTable:
    """A table without the rows of some people, and without their names in rows of others.

    Parameters
    ----------
    told : Suppressed
        Who they are; counts the rows of the last reading.
    """
    names = told.names

    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        told.rows[name] = 0
        keys = tuple(key for key in OWN_COLUMNS if key in raw.columns and key not in wanted)
        n_seen = 0
        for batch in raw.batches((*wanted, *keys)):
            numbered = _numbered(batch, n_seen)
            n_seen += batch.num_rows
            kept = numbered.filter(pc.invert(_is_theirs(numbered, names)))
            told.rows[name] += numbered.num_rows - kept.num_rows
            yield _unnamed(kept, names["employee_id"]).select(
                [column for column in kept.schema.names if column not in keys]
            )

    return RawTable(raw.columns, batches, raw.origin)


def _numbered(batch: pa.RecordBatch, n_seen: int) -> pa.RecordBatch:
    if SOURCE_ROW in batch.schema.names:
        return batch
    numbers = np.arange(n_seen + 1, n_seen + 1 + batch.num_rows, dtype=np.int64)
    return batch.append_column(SOURCE_ROW, pa.array(numbers))


def _is_theirs(batch: pa.RecordBatch, names: Mapping[str, tuple[str, ...]]) -> pa.Array:
    theirs = pa.array(np.zeros(batch.num_rows, dtype=bool))
    for column, values in names.items():
        if column in batch.schema.names:
            found = pc.is_in(batch.column(column).cast(pa.string()), pa.array(values, pa.string()))
            theirs = pc.or_(theirs, found)
    if MALFORMED_TEXT in batch.schema.names:
        # A row that cannot be split is shown as it stands among those set aside.
        people = "|".join(re.escape(person) for person in names["employee_id"])
        text = batch.column(MALFORMED_TEXT)
        held = pc.match_substring_regex(text, rf"(^|[^\w])({people})($|[^\w])")
        theirs = pc.or_(theirs, pc.fill_null(held, False))
    return theirs


def _unnamed(batch: pa.RecordBatch, people: tuple[str, ...]) -> pa.RecordBatch:
    for column in NAMING_COLUMNS:
        if column in batch.schema.names:
            k = batch.schema.get_field_index(column)
            values = batch.column(k)
            is_named = pc.is_in(as_ids(values), pa.array(people, pa.string()))
            emptied = pc.if_else(is_named, pa.scalar(None, values.type), values)
            batch = batch.set_column(k, batch.schema.field(k), emptied)
    return batch
