"""A connection that may publish: it holds the schema's lock, or says who does."""

from contextlib import suppress

import psycopg
from psycopg import sql

from ptml.errors import TryAgainError, UsageError
from ptml.publish.postgres.faults import told
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import Connection, connect

# A key of our own in the upper half, the schema in the lower: "ptml" in ASCII.
_KEY = "((x'70746d6c'::bigint << 32) | {}::regnamespace::oid::bigint)"
_HOLDER = """SELECT pid, usename, application_name, backend_start
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = x'70746d6c'::bigint::oid AND objid = {}::regnamespace::oid"""

# A reader's lock is none of these.
_BLOCKER = """SELECT pid, usename, application_name, xact_start
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'relation' AND granted AND pid <> pg_backend_pid()
        AND mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock',
            'ShareUpdateExclusiveLock')
        AND relation IN (SELECT oid FROM pg_class WHERE relnamespace = {}::regnamespace)"""


def join(place: PostgresAddress, config: PostgresConfig) -> Connection:
    """Connect to a place to publish to; its schema is the one of names without one.

    Raises
    ------
    UsageError
        For a wrong address, user, password or database.
    TryAgainError
        When no server answers.
    """
    try:
        connection = connect(place, config)
    except UsageError as error:
        raise UsageError(f"--out {error}") from None
    try:
        name = sql.Identifier(place.schema)
        connection.execute(sql.SQL("SET search_path = {}, pg_temp").format(name))
        limit = f"{config.lock_seconds * 1000:.0f}ms"
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [limit])
        # Whoever set it otherwise for the role: a run that was published has to stay so.
        connection.execute("SET synchronous_commit = on")
        # Rows come back in the order in which they were published.
        connection.execute("SET synchronize_seqscans = off")
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute("SET datestyle = 'ISO'")
        connection.execute("SET timezone = 'UTC'")
    except psycopg.Error as error:
        connection.close()
        raise told(error, place, config) from None
    return connection


def take_lock(connection: Connection, place: PostgresAddress, patiently: bool = False) -> None:
    """Let one publisher at a time in; the lock goes with its connection, however that ends.

    Parameters
    ----------
    patiently : bool
        Whether to wait as long as for any lock: for a connection of ours that the server has not
        given up yet.

    Raises
    ------
    TryAgainError
        Naming who holds it and since when.
    """
    name = sql.Literal(sql.Identifier(place.schema).as_string(connection))
    kind = "pg_advisory_lock" if patiently else "pg_try_advisory_lock"
    ask = sql.SQL("SELECT " + kind + "(" + _KEY + ")").format(name)
    try:
        [(got,)] = connection.execute(ask).fetchall()
    except psycopg.errors.LockNotAvailable:
        got = False
    if got is not False:
        return
    who = holder_of_lock(connection, place) or "it has just ended"
    raise TryAgainError(
        f"another run is writing to {place.shown}: {who}; try again when it is done"
    )


def holder_of_lock(connection: Connection, place: PostgresAddress) -> str:
    """Who holds the schema's lock; empty: nobody now. It is asked for, and not tried."""
    name = sql.Literal(sql.Identifier(place.schema).as_string(connection))
    found = connection.execute(sql.SQL(_HOLDER).format(name)).fetchone()
    return told_of_session(found) if found else ""


def give_back(connection: Connection) -> None:
    """Close, and let the lock go before: the server may notice the end of a connection late."""
    with suppress(psycopg.Error):
        connection.rollback()
        connection.execute("SELECT pg_advisory_unlock_all()")
    connection.close()


def holder_of_tables(connection: Connection, place: PostgresAddress) -> str:
    """Who holds a lock on a table of the schema that keeps a publication out; empty: nobody now."""
    name = sql.Literal(sql.Identifier(place.schema).as_string(connection))
    found = connection.execute(sql.SQL(_BLOCKER).format(name)).fetchone()
    return told_of_session(found) if found else ""


def told_of_session(holder: tuple[object, ...]) -> str:
    """Who a session is of: its process, user, program and since when it is at it."""
    pid, user, application, since = holder
    # Another role's beginning is not shown to everybody.
    when = f" since {since:%Y-%m-%d %H:%M:%S} UTC" if since is not None else ""
    return f"{application or 'a session'}, server process {pid} of {user},{when}".rstrip(",")
