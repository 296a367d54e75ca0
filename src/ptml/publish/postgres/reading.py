"""A published run of a schema, read back as it was published."""

import json
from contextlib import closing
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, PtmlError, TryAgainError, UsageError
from ptml.publish.postgres.faults import told
from ptml.publish.postgres.session import join
from ptml.publish.tables import PublishedRun
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import Connection
from ptml.sources.postgres_copy import copied

_KEPT_TABLE = "runs"


def read_postgres(
    address: str, run_id: str | None = None, config: PostgresConfig | None = None
) -> PublishedRun:
    """Read a run that was published to a schema; its tables when they are looked up.

    Parameters
    ----------
    run_id : str, optional
        A run that is still kept; the newest when left out.

    Raises
    ------
    UsageError
        When it was not published there, or may not be read.
    DataError
        When a table has not the rows that were published.
    TryAgainError
        When no server answers, or the run was removed as too old meanwhile.
    """
    reader = Reader(address, config)
    number, about = reader.find(run_id)
    return PublishedRun.of(about, lambda name: reader.table(name, number, about))


class Reader:
    """Reads what was published to a schema; every look has a connection of its own.

    Raises
    ------
    UsageError
        When that is no address.
    """

    def __init__(self, address: str, config: PostgresConfig | None = None) -> None:
        try:
            self._place = PostgresAddress.parse(address, "OUT")
        except DataError as error:
            raise UsageError(str(error)) from None
        self._config = config or PostgresConfig()

    def connect(self) -> Connection:
        """Connect, for a caller who closes."""
        return join(self._place, self._config)

    def find(self, run_id: str | None) -> tuple[int, dict[str, Any]]:
        """Number and manifest of the newest publication, or of the newest one of a run."""
        found = self.publications(run_id)
        if not found:
            what = f"run {run_id} is not kept in" if run_id else "no run was published to"
            raise UsageError(
                f"{what} {self._place.shown}; `ptml score DATA --out ...` with this address"
                " writes one"
            )
        number, about = found[0]
        return number, json.loads(about)

    def publications(self, run_id: str | None = None) -> list[tuple[int, str]]:
        """Number and manifest of every publication that is kept, newest first."""
        with closing(self.connect()) as connection:
            try:
                found = connection.execute(
                    "SELECT published_no, about FROM publications"
                    " WHERE run_id = coalesce(%s, run_id) ORDER BY published_no DESC",
                    [run_id],
                ).fetchall()
            except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
                return []
            except psycopg.Error as error:
                raise self.told(error) from None
        return [(int(number), str(about)) for number, about in found]

    def table(self, name: str, number: int, about: dict[str, Any]) -> pa.Table:
        """One table of a publication."""
        with closing(self.connect()) as connection:
            try:
                table = self._rows(connection, name, number, about["run_id"])
                kept = connection.execute(
                    "SELECT 1 FROM publications WHERE published_no = %s", [number]
                ).fetchone()
            except psycopg.Error as error:
                raise self.told(error) from None
        if kept is None:
            raise TryAgainError(
                f"run {about['run_id']} was removed from {self._place.shown} while it was read, as"
                " too old or since a person was erased from it; read again"
            )
        if len(table) != about["rows"][name]:
            raise DataError(
                f"{name} at {self._place.shown} has {len(table):,} rows, and"
                f" {about['rows'][name]:,} were published; publish the run again"
            )
        return table

    def _rows(self, connection: Connection, name: str, number: int, run_id: str) -> pa.Table:
        schema = OUTPUT_TABLES[name].arrow_schema
        is_kept = name == _KEPT_TABLE
        query = sql.SQL("SELECT {} FROM {} WHERE {} = {}").format(
            sql.SQL(", ").join(map(sql.Identifier, schema.names)),
            sql.Identifier(name if is_kept else f"{name}_by_run"),
            sql.Identifier("run_id" if is_kept else "published_no"),
            sql.Literal(run_id if is_kept else number),
        )
        # Neither a NULL nor an empty text is the other.
        typed = pa.schema([field.with_nullable(True) for field in schema])
        batches = list(copied(connection, query, typed, empty_is_missing=False))
        return pa.Table.from_batches(batches, typed).cast(schema)

    def told(self, error: psycopg.Error) -> PtmlError:
        """The error for a person."""
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            words = str(error).partition("\n")[0]
            return UsageError(
                f"{self._place.shown}: {words}; let its owner run `ptml migrate` with --reader for"
                " this role"
            )
        return told(error, self._place, self._config)
