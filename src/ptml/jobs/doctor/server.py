"""A PostgreSQL server asked for its catalogue: tables, rights, sizes, time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg import sql

from ptml.contracts.inputs import INPUT_TABLES
from ptml.errors import DataError, TryAgainError
from ptml.sources.postgres_address import PostgresAddress

_PATIENCE_SECONDS = 3
_LASTING = ("does not exist", "authentication failed", "no password supplied", "resolve host")
_CATALOGUE = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum),
    has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
    greatest(c.reltuples, 0)::bigint
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE n.nspname = %s AND c.relname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY c.relname, c.oid, n.oid, c.reltuples"""
# What ANALYZE saw last: no table is read.
_NEWEST = """
SELECT histogram_bounds::text::text[] FROM pg_stats
WHERE schemaname = %s AND tablename = 'enrolments' AND attname = 'enrolled_on'"""


@dataclass(frozen=True)
class Server:
    """What a server says of a schema.

    Attributes
    ----------
    forbidden : list of str
        Tables that this user may not read.
    rows : dict of str to int
        As its statistics have it.
    skew_seconds : float
        Its clock less ours.
    """

    shown: str
    columns: dict[str, tuple[str, ...]]
    forbidden: list[str]
    rows: dict[str, int]
    newest: date | None
    skew_seconds: float


def ask_server(address: str, now: Callable[[], datetime]) -> Server:
    """Ask for a schema's catalogue; a server that takes longer than a few seconds is away.

    Raises
    ------
    DataError
        For what will be as wrong the next time.
    TryAgainError
        When no server answers.
    """
    place = PostgresAddress.parse(address)
    wait = min(int(place.parameters.get("connect_timeout", "3")), _PATIENCE_SECONDS)
    options = f"-c statement_timeout={_PATIENCE_SECONDS}s -c default_transaction_read_only=on"
    named: dict[str, Any] = {"options": options, **place.parameters, "connect_timeout": wait}
    try:
        with psycopg.connect(**named) as connection:
            return _asked(connection, place, now)
    except psycopg.Error as error:
        said = _said(error, place)
        kind = DataError if any(words in said for words in _LASTING) else TryAgainError
        raise kind(f"{place.shown} cannot be asked: {said}") from None


def _asked(
    connection: psycopg.Connection[Any], place: PostgresAddress, now: Callable[[], datetime]
) -> Server:
    found = connection.execute(_CATALOGUE, [place.schema, list(INPUT_TABLES)]).fetchall()
    if not found:
        raise DataError(f"{place.shown} has no table of the contract in schema {place.schema}")
    before = now().timestamp()
    clock = connection.execute(sql.SQL("SELECT extract(epoch FROM clock_timestamp())::float8"))
    there = float(clock.fetchone()[0])  # type: ignore[index]
    middle = (before + now().timestamp()) / 2
    return Server(
        shown=place.shown,
        columns={name: tuple(columns) for name, columns, _, _ in found},
        forbidden=sorted(name for name, _, may_read, _ in found if not may_read),
        rows={name: n for name, _, _, n in found},
        newest=_newest(connection, place.schema),
        skew_seconds=there - middle,
    )


def _newest(connection: psycopg.Connection[Any], schema: str) -> date | None:
    found = connection.execute(_NEWEST, [schema]).fetchone()
    if found is None or not found[0]:
        return None
    try:
        return datetime.fromisoformat(found[0][-1]).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _said(error: Exception, place: PostgresAddress) -> str:
    first = str(error).partition("\n")[0]
    secret = place.parameters.get("password")
    return first.replace(secret, "***") if secret else first
