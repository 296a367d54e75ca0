"""What can go wrong at a server while a run is published, and which of it may pass."""

import psycopg

from ptml.errors import DataError, PtmlError, TryAgainError, UsageError
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import Connection, is_lost, said

_UNTOUCHED = "the last published run is untouched"
_LOCK, _CANCELLED, _DISK_FULL, _MAY_NOT = "55P03", "57014", "53100", "42501"
_DEADLOCK, _SERIALISATION = "40P01", "40001"
_NOT_THERE = ("42P01", "42883", "3F000")


def may_pass(error: psycopg.Error, connection: Connection) -> bool:
    """Whether the same may succeed in a moment.

    All of a publication is one transaction: after any of these errors nothing of it is there.
    A full disk is none of them: it is not empty again in half a minute.
    """
    passing = (_LOCK, _CANCELLED, _DEADLOCK, _SERIALISATION)
    return is_lost(error, connection) or error.sqlstate in passing


def told(
    error: psycopg.Error, place: PostgresAddress, config: PostgresConfig, holder: str = ""
) -> PtmlError:
    """The error for a person, in one line.

    Parameters
    ----------
    holder : str
        Who holds a lock that was waited for, where that is known.
    """
    words = said(error, place)
    state = error.sqlstate or ""
    later = {
        _DISK_FULL: f"no room on the server of {place.shown} ({words}); {_UNTOUCHED}: free some"
        " space and run again",
        _LOCK: f"{holder or 'somebody'} holds the tables of {place.shown} for more than"
        f" {config.lock_seconds:g} seconds ({words}); {_UNTOUCHED}: end that session or raise"
        " settings.postgres.lock_seconds, and run again",
        _CANCELLED: f"a statement to {place.shown} took more than {config.statement_seconds:g}"
        f" seconds or was cancelled ({words}); {_UNTOUCHED}: raise"
        " settings.postgres.statement_seconds, and run again",
    }
    if state in later:
        return TryAgainError(later[state])
    if state == _MAY_NOT:
        return UsageError(
            f"--out {place.shown}: {words}; let its owner run `ptml migrate` with --writer for this"
            " role"
        )
    if state in _NOT_THERE:
        return UsageError(f"--out {place.shown}: {words}; `ptml migrate` makes what is missing")
    if isinstance(error, psycopg.OperationalError):
        return TryAgainError(f"{place.shown} went away ({words}); {_UNTOUCHED}: run again")
    return DataError(f"{place.shown} does not take the run ({words}); {_UNTOUCHED}")
