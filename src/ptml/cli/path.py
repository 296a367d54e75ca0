"""`ptml path`: one person's learning path, laid anew, and what changed since it was published."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, AsOf, SettingsFile, day_of, shown_progress, tell


def path(
    employee: Annotated[str, typer.Argument(help="The employee's id.")],
    data: Annotated[str, typer.Option(help="What DATA is to the other commands.")],
    models: Annotated[Path, typer.Option(help="Folder that `ptml train` wrote.")],
    out: Annotated[
        str | None,
        typer.Option(help="Where `ptml score` published: says what changed since its path."),
    ] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """A person's learning path as of today: what runs stays, what is done counts; and why."""
    from ptml.jobs.paths.replan import replan
    from ptml.jobs.settings import load_settings

    with shown_progress(as_json) as progress:
        summary = replan(
            data, models, employee, out, day_of(as_of), load_settings(settings), progress
        )
    tell(summary, as_json)
