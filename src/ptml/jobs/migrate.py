"""Migrate: bring the output schema of a database to the version that is written now."""

from collections.abc import Sequence
from typing import Any

from ptml.errors import DataError, UsageError
from ptml.jobs.settings import Settings
from ptml.publish.form import Form, address_of
from ptml.publish.postgres.migrating import migrate
from ptml.sources.postgres_address import PostgresAddress


def run_migration(
    out: str,
    writers: Sequence[str],
    readers: Sequence[str],
    settings: Settings,
    erasers: Sequence[str] = (),
) -> dict[str, Any]:
    """Make or bring up the schema of ``out``, and give roles their rights.

    Raises
    ------
    UsageError
        For another form of address, or a missing right or role.
    TryAgainError
        When the server is away or somebody publishes there.
    """
    if address_of(out).form is not Form.postgres:
        raise UsageError(
            "OUT must be postgresql://USER@HOST/DATABASE?schema=SCHEMA; no other place needs a"
            " migration"
        )
    try:
        place = PostgresAddress.parse(out, "OUT")
    except DataError as error:
        raise UsageError(str(error)) from None
    before, after = migrate(place, settings.postgres, writers, readers, erasers=erasers)
    done = "made" if before is None else "already" if before == after else f"brought from {before}"
    sentences = [f"Output schema of {place.shown}: {done}, version {after}."]
    for what, roles in (("publish", writers), ("read", readers), ("erase", erasers)):
        if roles:
            sentences.append(f"May {what}: {', '.join(roles)}.")
    return {"out": place.shown, "before": before, "after": after, "sentences": sentences}
