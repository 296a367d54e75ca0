"""One state of a database, read over several connections at a time."""

import queue
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

import psycopg
import pyarrow as pa
from psycopg import sql

from ptml.errors import DataError, PtmlError, TryAgainError
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import (
    Connection,
    LostConnectionError,
    connect,
    is_lost,
    said,
)
from ptml.sources.postgres_copy import copied


class Snapshot:
    """Connections that all see what the first one saw when it began.

    Parameters
    ----------
    place : PostgresAddress
    config : PostgresConfig

    Attributes
    ----------
    first : Connection
        In a transaction that keeps the snapshot until `close`.

    Raises
    ------
    DataError, TryAgainError
        As `connect`.
    """

    def __init__(self, place: PostgresAddress, config: PostgresConfig) -> None:
        self._place, self._config = place, config
        self._others: list[Connection] = []
        self.first = connect(place, config)
        self._name = self._begin(self.first, "SELECT pg_export_snapshot()")
        self._idle: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
        for _ in range(config.connections):
            self._idle.put(None)

    def read(self, pieces: Sequence[sql.Composable], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Give the rows of one query after the other, in the order of the queries.

        A piece is read as a whole while the one before it is used, so pieces should be small.

        Raises
        ------
        psycopg.Error
            As the server said it.
        LostConnectionError
            When it went away.
        """
        if len(pieces) == 1 or self._config.connections == 1:
            for piece in pieces:
                with self.first.transaction():
                    yield from copied(self.first, piece, schema, empty_is_missing=True)
            return
        with ThreadPoolExecutor(self._config.connections, "ptml-read") as pool:
            ahead: list[Future[list[pa.RecordBatch]]] = []
            try:
                for piece in pieces:
                    ahead.append(pool.submit(self._piece, piece, schema))
                    if len(ahead) > self._config.connections:
                        yield from ahead.pop(0).result()
                while ahead:
                    yield from ahead.pop(0).result()
            finally:
                for waiting in ahead:
                    waiting.cancel()

    def close(self) -> None:
        """Let go of the snapshot and of every connection."""
        for connection in (*self._others, self.first):
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def _piece(self, piece: sql.Composable, schema: pa.Schema) -> list[pa.RecordBatch]:
        connection = self._idle.get()
        try:
            if connection is None or connection.closed:
                connection = self._join()
            try:
                return self._all(connection, piece, schema)
            except psycopg.OperationalError as error:
                if not is_lost(error, connection):
                    raise
                # The first connection keeps the snapshot: another one sees the same rows.
                connection = self._join()
                return self._all(connection, piece, schema)
        finally:
            self._idle.put(connection)

    def _all(
        self, connection: Connection, piece: sql.Composable, schema: pa.Schema
    ) -> list[pa.RecordBatch]:
        with connection.transaction():
            return list(copied(connection, piece, schema, empty_is_missing=True))

    def _join(self) -> Connection:
        connection = connect(self._place, self._config)
        self._others.append(connection)
        name = sql.Literal(self._name)
        self._begin(connection, sql.SQL("SET TRANSACTION SNAPSHOT {}").format(name))
        return connection

    def _begin(self, connection: Connection, query: str | sql.Composed) -> str:
        try:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            found = connection.execute(query)
            name = str(found.fetchone()[0]) if found.description else ""  # type: ignore[index]
            # Dates as the contract has them; and rows in their stored order, the same each time.
            connection.execute("SET LOCAL datestyle = 'ISO'")
            connection.execute("SET LOCAL synchronize_seqscans = off")
            connection.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        except psycopg.Error as error:
            connection.close()
            raise self.told(error) from None
        return name

    def told(self, error: psycopg.Error) -> PtmlError:
        """The error for a person; a lost connection is told from a refusal."""
        words = said(error, self._place)
        if isinstance(error, psycopg.errors.QueryCanceled):
            return TryAgainError(
                f"a table of {self._place.shown} took more than"
                f" {self._config.statement_seconds:g} seconds to read ({words}); raise"
                " settings.postgres.statement_seconds"
            )
        # A snapshot that nobody knows any more was lost with the connection that kept it.
        if isinstance(error, psycopg.OperationalError) or "snapshot" in words:
            return LostConnectionError(f"{self._place.shown} went away: {words}")
        return DataError(f"{self._place.shown} cannot be read: {words}")
