"""`ptml tune`: search a model's settings."""

import time
from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, AsOf, Data, SettingsFile, day_of, shown_progress, tell


def tune(
    model: Annotated[str, typer.Argument(help="recommend, lift or warnings.")],
    data: Data,
    as_of: AsOf = None,
    trials: Annotated[
        int | None,
        typer.Option(min=2, help="Trials of the study in all; empty = settings.tuning.trials."),
    ] = None,
    budget_minutes: Annotated[
        float | None,
        typer.Option(min=0.0, help="Begin no trial that would hardly end within these minutes."),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(help="Folder of the study; one that was begun before is taken up again."),
    ] = None,
    space: Annotated[
        Path | None,
        typer.Option(help="Search space (TOML); empty = models/MODEL/search.toml of ptml."),
    ] = None,
    settings: SettingsFile = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the settings' seed.")] = None,
    track: Annotated[bool, typer.Option(help="Log the study to MLflow.")] = True,
    as_json: AsJson = False,
) -> None:
    """Search a model's settings, judge the winner again on what the search did not see."""
    from ptml.jobs.settings import load_settings
    from ptml.jobs.tune import run_tuning

    given = load_settings(settings)
    with shown_progress(as_json) as progress:
        summary = run_tuning(
            model,
            data,
            study or Path(f"tuning-{model}"),
            day_of(as_of),
            given,
            space,
            trials or given.tuning.trials,
            given.tuning.budget_minutes if budget_minutes is None else budget_minutes,
            seed,
            track,
            time.monotonic,
            progress,
        )
    tell(summary, as_json)
