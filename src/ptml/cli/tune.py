"""`ptml tune`: search a model's settings."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ptml.cli.runs import RecordsTo, recorded
from ptml.cli.telling import AsJson, AsOf, Data, SettingsFile, day_of, shown_progress, tell

if TYPE_CHECKING:
    from ptml.jobs.settings import Settings


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
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """Search a model's settings, judge the winner again on what the search did not see."""
    from ptml.jobs.settings import load_settings
    from ptml.jobs.tune import run_tuning

    day, given = day_of(as_of), load_settings(settings)
    said = _with_options(given, trials, budget_minutes, seed)
    folder = study or Path(f"tuning-{model}")
    keys = {"job": "tune", "model": model, "data": data, "study": folder, "as_of": day}
    with shown_progress(as_json) as progress:
        summary = recorded(
            {**keys, "settings": said, "track": track, "runs": runs},
            progress,
            lambda watched: run_tuning(
                model,
                data,
                folder,
                day,
                given,
                space,
                said.tuning.trials,
                said.tuning.budget_minutes,
                seed,
                track,
                time.monotonic,
                watched,
            ),
        )
    tell(summary, as_json)


def _with_options(
    given: "Settings", trials: int | None, budget_minutes: float | None, seed: int | None
) -> "Settings":
    """The settings as the record has them: with what the options of this call say."""
    named = {"trials": trials, "budget_minutes": budget_minutes}
    said = {name: value for name, value in named.items() if value is not None}
    whole = {} if seed is None else {"seed": seed}
    return given.model_copy(update={**whole, "tuning": given.tuning.model_copy(update=said)})
