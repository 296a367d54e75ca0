"""How a source is cut into parts that tasks read, and into buckets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import PERSONAL_TABLES
from ptml.contracts.problems import missing_columns
from ptml.contracts.raw import SOURCE_ROW, RawSource, RawTable
from ptml.contracts.staging import protected_columns
from ptml.contracts.suppression import OWN_COLUMNS, Suppressed, without_rows
from ptml.errors import UsageError
from ptml.jobs.spark.config import SparkConfig
from ptml.sources.folder import folder_source
from ptml.sources.parts import Part, parts_of
from ptml.sources.sums import check_sums

_NOBODY = Suppressed()


@dataclass(frozen=True)
class PeoplePart(Part):
    """A part of a table of people, read without those who were erased.

    Attributes
    ----------
    columns : tuple of str
        Of the table.
    left_out : Suppressed
    """

    columns: tuple[str, ...]
    left_out: Suppressed

    @classmethod
    def of(cls, part: Part, columns: tuple[str, ...], left_out: Suppressed) -> Self:
        """The part of a file, without some people."""
        return cls(**vars(part), columns=columns, left_out=left_out)

    def batches(self, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """As `Part.batches`: rows keep the numbers that they have in the source."""
        if not self.left_out.people:
            return super().batches(wanted)
        raw = RawTable(self.columns, super().batches, self.path)
        return without_rows(self.table, raw, self.left_out).batches(wanted)


@dataclass(frozen=True)
class Source:
    """How the source is cut.

    Attributes
    ----------
    parts : tuple of PeoplePart
        Of the tables of people.
    columns : mapping of table to names
        Those of the contract and protected ones, as the source has them.
    schemas : mapping of table to Schema
        Of the raw rows of `columns`, with their numbers.
    n_buckets, n_lookups : int
    """

    parts: tuple[PeoplePart, ...]
    columns: Mapping[str, tuple[str, ...]]
    schemas: Mapping[str, pa.Schema]
    n_buckets: int
    n_lookups: int


def raw_source(data: str) -> RawSource:
    """List the tables of a folder.

    Raises
    ------
    UsageError
        When it is no folder of Parquet.
    """
    folder = Path(data)
    if not folder.is_dir():
        raise UsageError(
            f"--engine spark reads a folder of Parquet tables that every executor finds at the same"
            f" path, got {data.partition('://')[0]}{'://...' if '://' in data else ''}"
        )
    check_sums(folder)
    raw = folder_source(folder)
    texts = sorted(name for name in raw.tables if (folder / f"{name}.csv").exists())
    if texts:
        raise UsageError(
            f"--engine spark reads Parquet, and {', '.join(texts)} in {folder} are CSV;"
            " use --engine local, or write them as Parquet first"
        )
    return raw


def cut(
    raw: RawSource,
    folder: Path,
    bucket_employees: int,
    config: SparkConfig,
    left_out: Suppressed = _NOBODY,
) -> tuple[Source, dict[str, int]]:
    """Cut the tables of people into parts; and how many rows each has.

    Parameters
    ----------
    left_out : Suppressed
        Erased people whom the source still has. Their rows are read by the tasks and go no further;
        of `employees` they are counted here too, since the number of buckets hangs on it.
    """
    parts: list[PeoplePart] = []
    columns: dict[str, tuple[str, ...]] = {}
    schemas: dict[str, pa.Schema] = {}
    rows: dict[str, int] = {}
    for name in PERSONAL_TABLES:
        if name not in raw.tables or missing_columns(name, raw.tables[name].columns):
            continue
        path = folder / f"{name}.parquet"
        wanted = (*INPUT_TABLES[name].columns, *protected_columns(name, raw.tables[name].columns))
        columns[name] = tuple(c for c in wanted if c in raw.tables[name].columns)
        found = parts_of(name, path, config.part_rows)
        of_table = [PeoplePart.of(part, columns[name], left_out) for part in found]
        parts.extend(of_table)
        rows[name] = _n_rows(name, of_table, left_out)
        schemas[name] = _schema(path, columns[name])
    n_buckets = max(-(-rows["employees"] // bucket_employees), 1)
    n_lookups = max(-(-rows["enrolments"] // config.lookup_rows), 1)
    return Source(tuple(parts), columns, schemas, n_buckets, n_lookups), rows


def _n_rows(name: str, parts: Sequence[PeoplePart], left_out: Suppressed) -> int:
    """Rows of a table; where people are left out, of other tables only whether there are any."""
    n_rows = sum(part.n_rows for part in parts)
    if not left_out.people:
        return n_rows
    key = tuple(column for column in OWN_COLUMNS if parts and column in parts[0].columns)[:1]
    left = (batch.num_rows for part in parts for batch in part.batches(key))
    return sum(left) if name == "employees" else n_rows * any(left)


def rows_left_out(source: Source, rows_read: Mapping[str, int]) -> dict[str, int]:
    """Rows of each table of people that no bucket got."""
    rows = dict.fromkeys(source.columns, 0)
    for part in source.parts:
        rows[part.table] += part.n_rows
    return {name: n - rows_read[name] for name, n in rows.items()}


def _schema(path: Path, columns: tuple[str, ...]) -> pa.Schema:
    file = min(path.glob("*.parquet")) if path.is_dir() else path
    found = pq.read_schema(file)
    fields = [found.field(name) for name in columns]
    # A message of one batch carries no dictionary: values travel as they are.
    plain = [
        pa.field(one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type)
        for one in fields
    ]
    return pa.schema([*plain, (SOURCE_ROW, pa.int64())])
