"""Replay: a published row scored again from its manifest."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, shown_progress, tell


def replay(
    what: Annotated[
        str,
        typer.Argument(
            help="A recommendation as EMPLOYEE/COURSE, or a warning by its enrolment's id.",
            metavar="WARNING_OR_RECOMMENDATION",
        ),
    ],
    out: Annotated[str, typer.Option(help="Where `ptml score` published.")],
    data: Annotated[str, typer.Option(help="The data that were scored, as they were.")],
    models: Annotated[Path, typer.Option(help="The training that was used.")],
    run_id: Annotated[
        str | None, typer.Option("--run", help="A run that is still kept; empty = the newest.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score a published row again from its run's manifest: the same bits, or what differs."""
    from ptml.jobs.replay import exit_code, run_replay

    with shown_progress(as_json) as progress:
        summary = run_replay(what, out, data, models, run_id, progress)
    tell(summary, as_json)
    if code := exit_code(summary):
        raise typer.Exit(code)
