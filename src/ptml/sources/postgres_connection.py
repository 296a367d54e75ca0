"""Connecting to a PostgreSQL server, again where that can help, and its words in one line."""

import os
import socket
import time
from typing import Any

import psycopg

from ptml.errors import TryAgainError, UsageError
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig

Connection = psycopg.Connection[tuple[Any, ...]]

# What a server says of an address that will be as wrong the next time.
_LASTING = (
    *("does not exist", "authentication failed", "no password supplied", "resolve host"),
    *("no pg_hba.conf entry", "is not permitted to log in", "certificate"),
)
_WAY_OUT = "mend the address, or the password in PGPASSWORD, PGPASSFILE or ~/.pgpass"
# A line that is cut without a word is noticed after a minute, not after two hours.
_KEEP_ALIVE = {
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "4",
    "tcp_user_timeout": "60000",
}
_ADMIN_ENDED = ("57P01", "57P02", "57P03", "57P05")


class LostConnectionError(TryAgainError):
    """A server went away half way."""


def connect(place: PostgresAddress, config: PostgresConfig) -> Connection:
    """Connect in autocommit; who it is can be seen in ``pg_stat_activity``.

    Raises
    ------
    UsageError
        For a wrong address, user, password or database: not tried again.
    TryAgainError
        When no server answers after so many attempts.
    """
    for wait in config.waits():
        try:
            return _connect(place, config)
        except TryAgainError:
            time.sleep(wait)
    return _connect(place, config)


def _connect(place: PostgresAddress, config: PostgresConfig) -> Connection:
    named = {"application_name": f"ptml (process {os.getpid()} on {socket.gethostname()})"[:63]}
    parameters = {**_KEEP_ALIVE, **named, **place.parameters}
    try:
        connection = psycopg.connect(**parameters, autocommit=True)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        words = said(error, place)
        told = f"{place.shown} cannot be reached: {words}"
        if any(sign in words for sign in _LASTING):
            # Who delivers the tables cannot mend it: it is the call that is wrong.
            raise UsageError(f"{told}; {_WAY_OUT}") from None
        raise TryAgainError(told) from None
    try:
        # The work between two statements, and a reader that takes its time, are no idling.
        limit = f"{config.statement_seconds * 1000:.0f}ms"
        connection.execute("SELECT set_config('statement_timeout', %s, false)", [limit])
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute("SET client_encoding = 'UTF8'")
    except psycopg.OperationalError as error:
        connection.close()
        raise TryAgainError(f"{place.shown} cannot be reached: {said(error, place)}") from None
    return connection


def is_lost(error: psycopg.Error, connection: Connection) -> bool:
    """Whether an error is the end of its connection, and no answer to what was asked."""
    return connection.closed or (error.sqlstate or "") in _ADMIN_ENDED


def said(error: Exception, place: PostgresAddress) -> str:
    """The first line of what a server said, without the password."""
    first = str(error).partition("\n")[0]
    secret = place.parameters.get("password")
    return first.replace(secret, "***") if secret else first
