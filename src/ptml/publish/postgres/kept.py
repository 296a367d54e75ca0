"""The runs that a schema still keeps, a column at a time."""

import json
from contextlib import closing
from datetime import date
from functools import partial

import psycopg
import pyarrow as pa
from psycopg import sql

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.publish.kept import KeptRun
from ptml.publish.postgres.reading import Reader
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_copy import copied


def kept_runs(address: str, config: PostgresConfig | None = None) -> list[KeptRun]:
    """Give every run that the schema holds.

    Raises
    ------
    UsageError
        When there is none, or it may not be read.
    TryAgainError
        When no server answers.
    """
    reader = Reader(address, config)
    found = []
    for number, about in reader.publications():
        told = json.loads(about)
        found.append(
            KeptRun(
                date.fromisoformat(told["as_of"]),
                f"{number:020}",
                told["model_versions"],
                partial(_column, reader, number),
            )
        )
    return found


def _column(reader: Reader, number: int, table: str, column: str) -> pa.ChunkedArray:
    kind = OUTPUT_TABLES[table].arrow_schema.field(column).with_nullable(True)
    query = sql.SQL("SELECT {} FROM {} WHERE published_no = {}").format(
        sql.Identifier(column), sql.Identifier(f"{table}_by_run"), sql.Literal(number)
    )
    with closing(reader.connect()) as connection:
        try:
            batches = list(copied(connection, query, pa.schema([kind]), empty_is_missing=False))
        except psycopg.Error as error:
            raise reader.told(error) from None
    return pa.Table.from_batches(batches, pa.schema([kind])).column(0)
