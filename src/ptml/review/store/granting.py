"""What roles of a PostgreSQL server may do in the review database: what their part needs."""

from collections.abc import Iterable

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from ptml.errors import UsageError
from ptml.review.store.schema import audit, metadata

VIEW = "warning_actions"


def grant(connection: Connection, pages: Iterable[str], learners: Iterable[str]) -> None:
    """Let roles run the page, and let others read decisions to learn from.

    Raises
    ------
    UsageError
        When the database is no PostgreSQL, or has no such role.
    """
    if connection.dialect.name != "postgresql":
        raise UsageError("--page and --learner are for PostgreSQL: SQLite has no roles")
    quoted = connection.dialect.identifier_preparer.quote
    try:
        for role in map(quoted, pages):
            for table in metadata.sorted_tables:
                connection.execute(text(f"REVOKE ALL ON {table.name} FROM {role}"))
                rights = "SELECT, INSERT" if table is audit else "SELECT, INSERT, UPDATE, DELETE"
                connection.execute(text(f"GRANT {rights} ON {table.name} TO {role}"))
            connection.execute(text(f"GRANT SELECT ON alembic_version, {VIEW} TO {role}"))
        for role in map(quoted, learners):
            connection.execute(text(f"GRANT SELECT ON {VIEW} TO {role}"))
    except ProgrammingError as error:
        raise UsageError(
            f"rights cannot be granted: {str(error.orig).strip()}; deploy/postgres/review.sql "
            "makes the roles"
        ) from error
