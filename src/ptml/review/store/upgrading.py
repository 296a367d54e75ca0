"""The version of a review database: a new one is made, an older one is upgraded when asked."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from ptml.errors import UsageError
from ptml.review.store.schema import metadata
from ptml.review.store.views import make_views


def make_current(connection: Connection, *, upgrades: bool) -> bool:
    """Make the tables of an empty database; upgrade an older one when asked; give if it changed.

    Raises
    ------
    UsageError
        When the database is older and nobody asked to upgrade it, is of a newer ptml, or holds
        something else.
    """
    settings = _settings(connection)
    versions = ScriptDirectory.from_config(settings)
    newest = versions.get_current_head()
    version = MigrationContext.configure(connection).get_current_revision()
    if version == newest:
        return False
    if version is None:
        _make(connection, settings)
    elif version not in {known.revision for known in versions.walk_revisions()}:
        raise UsageError(
            f"the review database has version {version}, which a newer ptml made; "
            f"this one knows versions up to {newest}: use the newer ptml"
        )
    elif not upgrades:
        raise UsageError(
            f"the review database has version {version} and must have {newest}: make a backup, "
            "then run ptml review-migrate"
        )
    else:
        command.upgrade(settings, "head")
    make_views(connection)
    return True


def upgraded_from_nothing(connection: Connection) -> None:
    """Go through all versions on an empty database, as one that was there from the beginning."""
    command.upgrade(_settings(connection), "head")
    make_views(connection)


def first_version(connection: Connection) -> None:
    """Make an empty database as the first version had it."""
    command.upgrade(_settings(connection), "0001")
    make_views(connection)


def _make(connection: Connection, settings: Config) -> None:
    taken = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
    if taken:
        raise UsageError(
            f"the database has tables {', '.join(taken)} without a version of ptml's: "
            "give --db an empty database"
        )
    # All at once and not version by version: the result is the same, which a test holds it to.
    metadata.create_all(connection)
    command.stamp(settings, "head")


def _settings(connection: Connection) -> Config:
    settings = Config()
    settings.set_main_option("script_location", "ptml.review.store:migrations")
    settings.attributes["connection"] = connection
    return settings
