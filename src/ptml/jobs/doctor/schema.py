"""Whether a PostgreSQL schema takes a run: reach, version, rights and lock; nothing is written."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg

from ptml.errors import PtmlError, TryAgainError, UsageError
from ptml.jobs.doctor.finding import Finding, look, ok, stop
from ptml.publish.postgres.faults import told
from ptml.publish.postgres.migrating import PUBLISHING, newest_version, refuse_other_version
from ptml.publish.postgres.session import holder_of_lock, join
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import Connection

_PATIENCE_SECONDS = 3
_ONCE = PostgresConfig(attempts=1, lock_seconds=1, statement_seconds=_PATIENCE_SECONDS)
_RIGHTS = """SELECT current_user, pg_is_in_recovery(), coalesce(bool_and(
    has_function_privilege(to_regprocedure(name), 'EXECUTE')), false)
    FROM unnest(%s::text[]) AS f(name)"""
_MAY_LOOK = """SELECT coalesce(bool_and(has_schema_privilege(oid, 'USAGE')), true)
    FROM pg_namespace WHERE nspname = %s"""
_MIGRATE = "let the schema's owner run `ptml migrate` with --writer for this role"
_NEWEST = "SELECT run_id FROM publications ORDER BY published_no DESC LIMIT 1"


def check_schema(out: str) -> Iterator[Finding]:
    """The server's answer, the version of its output schema, this role's rights, and the lock."""
    try:
        place = _patient(PostgresAddress.parse(out, "--out"))
        with closing(join(place, _ONCE)) as connection:
            connection.execute("SET default_transaction_read_only = on")
            yield from _looked_at(connection, place)
    except PtmlError as error:
        later = isinstance(error, TryAgainError)
        way = "try again later, or ask who runs it" if later else "mend the address or the rights"
        yield stop("out", str(error), way)


def _patient(place: PostgresAddress) -> PostgresAddress:
    wait = min(int(place.parameters["connect_timeout"]), _PATIENCE_SECONDS)
    return replace(place, parameters={**place.parameters, "connect_timeout": str(wait)})


def _looked_at(connection: Connection, place: PostgresAddress) -> Iterator[Finding]:
    try:
        # Without this right the server says of a schema's tables that there are none.
        if connection.execute(_MAY_LOOK, [place.schema]).fetchone() == (False,):
            what = f"{place.shown}: the role may not look into the schema"
            yield stop("out", what, f"mend the address, or {_MIGRATE}")
            return
        try:
            refuse_other_version(connection, place)
        except UsageError as error:
            version, _, way = str(error).rpartition("; ")
            yield stop("out", version, way)
            return
        found = connection.execute(_NEWEST).fetchone()
        shows = f"shows run {found[0]}" if found else "shows no run yet"
        yield ok("out", f"{place.shown} is of version {newest_version()}, and {shows}")
        yield _rights(connection, place)
        yield _lock(connection, place)
    except psycopg.Error as error:
        raise told(error, place, _ONCE) from None


def _rights(connection: Connection, place: PostgresAddress) -> Finding:
    [(role, is_standby, may)] = connection.execute(_RIGHTS, [list(PUBLISHING)]).fetchall()
    if is_standby:
        way = "name the primary, or add target_session_attrs=read-write to the address"
        return stop("writing", f"{place.shown} is a standby, which takes no run", way)
    if not may:
        way = f"let the schema's owner run `ptml migrate` with --writer {role}"
        return stop("writing", f"role {role} may not publish there", way)
    return ok("writing", f"role {role} may publish there")


def _lock(connection: Connection, place: PostgresAddress) -> Finding:
    who = holder_of_lock(connection, place)
    if who:
        return look("lock", f"{place.shown} is being written by {who}", "wait till it is done")
    return ok("lock", f"no run is writing to {place.shown}")
