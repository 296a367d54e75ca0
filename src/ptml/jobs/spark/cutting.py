"""How a source is cut into parts that tasks read, and into buckets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import PERSONAL_TABLES
from ptml.contracts.problems import missing_columns
from ptml.contracts.raw import SOURCE_ROW, RawSource
from ptml.contracts.staging import protected_columns
from ptml.errors import UsageError
from ptml.jobs.spark.config import SparkConfig
from ptml.sources.folder import folder_source
from ptml.sources.parts import Part, parts_of
from ptml.sources.sums import check_sums


@dataclass(frozen=True)
class Source:
    """How the source is cut.

    Attributes
    ----------
    parts : tuple of Part
        Of the tables of people.
    columns : mapping of table to names
        Those of the contract and protected ones, as the source has them.
    schemas : mapping of table to Schema
        Of the raw rows of `columns`, with their numbers.
    n_buckets, n_lookups : int
    """

    parts: tuple[Part, ...]
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
    raw: RawSource, folder: Path, bucket_employees: int, config: SparkConfig
) -> tuple[Source, dict[str, int]]:
    """Cut the tables of people into parts; and how many rows each has."""
    parts: list[Part] = []
    columns: dict[str, tuple[str, ...]] = {}
    schemas: dict[str, pa.Schema] = {}
    rows: dict[str, int] = {}
    for name in PERSONAL_TABLES:
        if name not in raw.tables or missing_columns(name, raw.tables[name].columns):
            continue
        path = folder / f"{name}.parquet"
        wanted = (*INPUT_TABLES[name].columns, *protected_columns(name, raw.tables[name].columns))
        columns[name] = tuple(c for c in wanted if c in raw.tables[name].columns)
        of_table = parts_of(name, path, config.part_rows)
        parts.extend(of_table)
        rows[name] = sum(part.n_rows for part in of_table)
        schemas[name] = _schema(path, columns[name])
    n_buckets = max(-(-rows["employees"] // bucket_employees), 1)
    n_lookups = max(-(-rows["enrolments"] // config.lookup_rows), 1)
    return Source(tuple(parts), columns, schemas, n_buckets, n_lookups), rows


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
