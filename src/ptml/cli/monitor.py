"""The command that looks every week whether data and models are still what they were."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, AsOf, Data, SettingsFile, day_of, shown_progress, tell

ACTION_NEEDED = 3


def monitor(
    data: Data,
    models: Annotated[Path, typer.Option(help="Folder of the models in use.")],
    out: Annotated[str | None, typer.Option(help="Where `ptml score` publishes.")] = None,
    page: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Are data and models still what they were? Exit code 3 when action is needed."""
    from ptml.jobs.monitor import run_monitoring
    from ptml.jobs.settings import load_settings

    with shown_progress(as_json) as progress:
        summary = run_monitoring(
            data, models, out, page, day_of(as_of), load_settings(settings), progress
        )
    tell(summary, as_json)
    if summary["action_needed"]:
        raise typer.Exit(ACTION_NEEDED)
