"""Bringing an output schema to the version that this ptml writes, and telling which one it has."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection as Bound
from sqlalchemy import Engine, create_engine, exc, pool

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import PtmlError, UsageError
from ptml.publish.postgres.faults import told
from ptml.publish.postgres.session import give_back, join, take_lock
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import Connection

VERSION_TABLE = "ptml_schema_version"
_ACL_OF_FUNCTION = "SELECT proacl FROM pg_proc WHERE oid = to_regprocedure('{}')"
_MIGRATIONS = Path(__file__).parent / "migrations"
_READABLE = (
    *(*OUTPUT_TABLES, "manifest", "publications", VERSION_TABLE),
    *(f"{name}_by_run" for name in OUTPUT_TABLES if name != "runs"),
)
# A table of somebody's, or a view, under a name that a step gives.
_TAKEN = (
    psycopg.errors.DuplicateTable,
    psycopg.errors.DuplicateFunction,
    psycopg.errors.WrongObjectType,
    psycopg.errors.InvalidTableDefinition,
)
# What a role has to be allowed to call that publishes.
PUBLISHING = (
    "begin_publication(text, text)",
    "show_publication(bigint)",
    "remove_old_publications(integer)",
)
# And one that takes people out of what was published.
ERASING = (
    "replace_publication(bigint, text)",
    "show_publication(bigint)",
    "withdraw_publication(bigint)",
    "remove_unpublished()",
    "analyze_runs()",
)


def migrate(
    place: PostgresAddress,
    config: PostgresConfig,
    writers: Sequence[str] = (),
    readers: Sequence[str] = (),
    version: str = "head",
    migrations: Path = _MIGRATIONS,
    erasers: Sequence[str] = (),
) -> tuple[str | None, str | None]:
    """Make or bring up the output schema, all steps or none, and give roles their rights.

    Parameters
    ----------
    writers, readers, erasers : sequence of str
        Roles that may publish, that may read what was published, and that may take people and old
        runs out of it. All have to be there.
    version : str
        Where to stop; ``head`` = the newest.
    migrations : Path
        Folder of the steps.

    Returns
    -------
    tuple
        The version before and after; None = no schema of ours.

    Raises
    ------
    UsageError
        For a wrong address, a missing right, or things by our names that ptml did not make.
    TryAgainError
        When the server goes away, or somebody publishes there.
    """
    with ExitStack() as ending:
        connection = join(place, config)
        ending.callback(give_back, connection)
        try:
            _make_schema(connection, place)
            take_lock(connection, place)
            before = version_of(connection)
            connection.autocommit = False
            with _engine_of(connection).begin() as bound:
                _run(bound, place, version, migrations)
                known = _known_roles(connection)
                asked = (writers, readers, erasers)
                _grant(
                    connection, place, [sorted({*a, *b}) for a, b in zip(asked, known, strict=True)]
                )
            return before, version_of(connection)
        except psycopg.Error as error:
            raise _told(error, place, config) from None
        except exc.DBAPIError as error:
            if isinstance(error.orig, psycopg.Error):
                raise _told(error.orig, place, config) from None
            raise


def newest_version() -> str:
    """The version that this ptml writes to."""
    head = _steps_in(_MIGRATIONS).get_current_head()
    if head is None:
        raise AssertionError("there is at least one migration")
    return head


def version_of(connection: Connection) -> str | None:
    """The version of the schema on the connection's search path; None = none of ours."""
    if connection.execute("SELECT to_regclass(%s)", [VERSION_TABLE]).fetchone() == (None,):
        return None
    found = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    return str(found[0]) if found else None


def refuse_other_version(connection: Connection, place: PostgresAddress) -> None:
    """Refuse a schema that is not of the version that this ptml writes.

    Raises
    ------
    UsageError
        With the way out.
    """
    found, wanted = version_of(connection), newest_version()
    if found == wanted:
        return
    if found is None:
        state = "has no output schema of ptml"
    elif found in {step.revision for step in _steps_in(_MIGRATIONS).walk_revisions()}:
        state = f"has the output schema of version {found}, and this ptml writes {wanted}"
    else:
        raise UsageError(
            f"--out {place.shown} has the output schema of version {found}, newer than this"
            f" ptml ({wanted}); install a newer ptml"
        )
    # The address names who publishes, and that is seldom the owner.
    raise UsageError(
        f"--out {place.shown} {state}; run `ptml migrate` there as the schema's owner,"
        " with --writer for this role"
    )


def _steps_in(folder: Path) -> ScriptDirectory:
    return ScriptDirectory(str(folder), version_locations=[str(folder)])


def _make_schema(connection: Connection, place: PostgresAddress) -> None:
    known = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [place.schema])
    if known.fetchone() is None:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(place.schema)))


def _engine_of(connection: Connection) -> Engine:
    # The connection that holds the lock is the one that migrates.
    return create_engine(
        "postgresql+psycopg://", creator=lambda: connection, poolclass=pool.StaticPool
    )


def _run(bound: Bound, place: PostgresAddress, version: str, migrations: Path) -> None:
    script = _steps_in(migrations)
    with EnvironmentContext(
        Config(), script, fn=lambda now, _context: script._upgrade_revs(version, now)
    ) as steps:
        steps.configure(
            connection=bound, version_table=VERSION_TABLE, version_table_schema=place.schema
        )
        steps.run_migrations()


def _known_roles(connection: Connection) -> list[list[str]]:
    """Who may publish, read and erase already: a table that a step added is for them too."""
    found = []
    for acl in (
        _ACL_OF_FUNCTION.format(PUBLISHING[0]),
        "SELECT relacl FROM pg_class WHERE oid = to_regclass('manifest')",
        _ACL_OF_FUNCTION.format(ERASING[0]),
    ):
        rows = connection.execute(
            f"SELECT rolname FROM ({acl}) AS of(acl), aclexplode(acl) JOIN pg_roles"
            " ON pg_roles.oid = grantee WHERE grantee <> grantor"
        )
        found.append([str(name) for (name,) in rows])
    return found


def _grant(connection: Connection, place: PostgresAddress, roles: Sequence[Sequence[str]]) -> None:
    writers, readers, erasers = ([sql.Identifier(name) for name in some] for some in roles)
    schema = sql.Identifier(place.schema)
    for role in (*writers, *readers, *erasers):
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    for role in (*readers, *erasers):
        _let_see(connection, _READABLE, role)
    for role in writers:
        _let_see(connection, ("publications", VERSION_TABLE), role)
        _let_call(connection, PUBLISHING, role)
    for role in erasers:
        # The proof looks at all that there is.
        _let_see(connection, ("output_tables",), role)
        _let_call(connection, ERASING, role)


def _let_see(connection: Connection, names: Sequence[str], role: sql.Identifier) -> None:
    seen = sql.SQL(", ").join(map(sql.Identifier, names))
    connection.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(seen, role))


def _let_call(connection: Connection, names: Sequence[str], role: sql.Identifier) -> None:
    functions = sql.SQL(", ").join(map(sql.SQL, names))
    connection.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(functions, role))


def _told(error: psycopg.Error, place: PostgresAddress, config: PostgresConfig) -> PtmlError:
    words = str(error).partition("\n")[0]
    if isinstance(error, _TAKEN):
        return UsageError(
            f"--out {place.shown} holds what ptml did not make ({words}); name another schema"
        )
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return UsageError(f"--out {place.shown}: {words}; migrate as the owner of the schema")
    if isinstance(error, psycopg.errors.UndefinedObject):
        return UsageError(
            f"--out {place.shown}: {words}; deploy/postgres/roles.sql makes the roles"
        )
    return told(error, place, config)
