"""Partitions of no publication: they go once nobody reads them any more.

Who began before an erasure may still look a table up for the first time, and would find it empty.
So every session that holds a snapshot now is waited for, as long as for a lock.
"""

import math
import time

import psycopg
from psycopg import sql

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import TryAgainError
from ptml.publish.postgres.session import told_of_session
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import Connection

_PAUSE_SECONDS = 0.25
# Who comes to read waits behind whoever waits to drop.
_DROP_SECONDS = 2.0

_UNPUBLISHED = """SELECT DISTINCT substring(relname FROM '_([0-9]+)$')::bigint AS published_no
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = ANY(
        SELECT to_regclass(quote_ident(t || '_by_run')) FROM unnest(%s::text[]) AS t)
        AND relname ~ '_[0-9]+$'
    EXCEPT SELECT published_no FROM publications ORDER BY published_no"""

# Of other roles too: these columns are shown to everybody. Only who holds a snapshot is in them.
_READING = """SELECT virtualtransaction, pid, usename, application_name, xact_start
    FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE locktype = 'virtualxid' AND granted AND datname = current_database()
        AND pid <> pg_backend_pid() AND usesysid IS NOT NULL AND backend_xmin IS NOT NULL"""

_HOLDING = """SELECT pid, usename, application_name, xact_start
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'relation' AND granted AND pid <> pg_backend_pid()
        AND relation IN (SELECT oid FROM pg_class WHERE relnamespace = {}::regnamespace)"""


def unpublished(connection: Connection) -> list[int]:
    """Numbers of partitions that no publication names."""
    names = [name for name in OUTPUT_TABLES if name != "runs"]
    return [int(number) for (number,) in connection.execute(_UNPUBLISHED, [names])]


def sweep(connection: Connection, place: PostgresAddress, config: PostgresConfig) -> None:
    """Drop what no publication names, and count anew what was counted of all runs together.

    Raises
    ------
    TryAgainError
        When somebody reads it for longer than a lock is waited for.
    """
    if not unpublished(connection):
        return
    _wait_for_snapshots(connection, place, config)
    _drop(connection, place, config)
    connection.execute("SELECT analyze_runs()")


def _wait_for_snapshots(
    connection: Connection, place: PostgresAddress, config: PostgresConfig
) -> None:
    before = _reading(connection)
    for _ in range(math.ceil(config.lock_seconds / _PAUSE_SECONDS)):
        if not before:
            return
        time.sleep(_PAUSE_SECONDS)
        still = _reading(connection)
        before = {who: told for who, told in before.items() if who in still}
    if before:
        raise _still_read(place, next(iter(before.values())))


def _reading(connection: Connection) -> dict[str, str]:
    return {str(who): told_of_session(tuple(about)) for who, *about in connection.execute(_READING)}


def _drop(connection: Connection, place: PostgresAddress, config: PostgresConfig) -> None:
    wait = min(_DROP_SECONDS, config.lock_seconds)
    for _ in range(math.ceil(config.lock_seconds / wait)):
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{wait * 1000:.0f}ms'")
                connection.execute("SELECT remove_unpublished()")
                return
        except psycopg.errors.LockNotAvailable:
            time.sleep(_PAUSE_SECONDS)
    name = sql.Literal(sql.Identifier(place.schema).as_string(connection))
    found = connection.execute(sql.SQL(_HOLDING).format(name)).fetchone()
    raise _still_read(place, told_of_session(found) if found else "somebody")


def _still_read(place: PostgresAddress, who: str) -> TryAgainError:
    return TryAgainError(
        f"{who}, still reads what was published to {place.shown} before; nobody who comes now finds"
        " it, but it is not gone yet: let that end, and call again"
    )
