"""The verb for the output schema of a database."""

from typing import Annotated

import typer

from ptml.cli.telling import AsJson, SettingsFile, tell


def migrate(
    out: Annotated[str, typer.Argument(help="postgresql://OWNER@HOST/DATABASE?schema=SCHEMA.")],
    writer: Annotated[
        list[str] | None, typer.Option(help="Role that may publish; may be given again.")
    ] = None,
    reader: Annotated[
        list[str] | None, typer.Option(help="Role that may read; may be given again.")
    ] = None,
    eraser: Annotated[
        list[str] | None,
        typer.Option(help="Role that may erase people and prune runs; may be given again."),
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Make the output tables of a PostgreSQL schema, or bring them to this version."""
    from ptml.jobs.migrate import run_migration
    from ptml.jobs.settings import load_settings

    done = run_migration(out, writer or [], reader or [], load_settings(settings), eraser or [])
    tell(done, as_json)
