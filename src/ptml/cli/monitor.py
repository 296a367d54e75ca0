"""The command that looks every week whether data and models are still what they were."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.reviews import Reviews, on_reviews
from ptml.cli.runs import RecordsTo, recorded
from ptml.cli.telling import AsJson, AsOf, Data, SettingsFile, day_of, shown_progress, tell
from ptml.errors import ACTION_NEEDED


def monitor(
    data: Data,
    models: Annotated[Path, typer.Option(help="Folder of the models in use.")],
    out: Annotated[str | None, typer.Option(help="Where `ptml score` publishes.")] = None,
    page: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    reviews: Reviews = None,
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """Are data and models still what they were? Exit code 3 when action is needed."""
    from ptml.jobs.monitor import run_monitoring
    from ptml.jobs.settings import load_settings

    day, chosen = day_of(as_of), on_reviews(load_settings(settings), reviews)
    keys = {"job": "monitor", "data": data, "models": models, "out": out, "page": page}
    with shown_progress(as_json) as progress:
        summary = recorded(
            {**keys, "as_of": day, "settings": chosen, "runs": runs},
            progress,
            lambda watched: run_monitoring(data, models, out, page, day, chosen, watched),
            lambda found: ACTION_NEEDED if found["action_needed"] else 0,
        )
    tell(summary, as_json)
    if summary["action_needed"]:
        raise typer.Exit(ACTION_NEEDED)
