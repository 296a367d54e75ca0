"""Commands about which training is in use: promote, rollback, moves, and how good one is."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.clock import now
from ptml.cli.evaluate import evaluate_app
from ptml.cli.runs import RecordsTo, recorded
from ptml.cli.telling import AsJson, AsOf, Data, SettingsFile, day_of, shown_progress, tell
from ptml.errors import ACTION_NEEDED

RegistryFolder = Annotated[
    Path, typer.Option("--registry", help="Folder of versions, pointers and the log of moves.")
]
Who = Annotated[str, typer.Option(help="Who decides: a name for the log.")]
Why = Annotated[str, typer.Option(help="Why: a sentence for the log.")]
Store = Annotated[
    Path | None,
    typer.Option(
        "--mlflow",
        help=(
            "Folder of MLflow's store: its champion follows. Empty = the store beside the models "
            "(beside the registry for rollback), where there is one."
        ),
    ),
]
Follow = Annotated[
    bool, typer.Option("--track/--no-track", help="Whether MLflow's champion follows.")
]
PageFile = Annotated[Path | None, typer.Option(help="HTML file to write about it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(promote)
    app.command()(rollback)
    app.command()(moves)
    evaluate_app.command("window")(evaluate_window)


def promote(
    data: Data,
    models: Annotated[Path, typer.Option(help="The challenger: a folder that train wrote.")],
    registry: RegistryFolder,
    who: Who,
    why: Why,
    as_of: AsOf = None,
    page: PageFile = None,
    alarm: Annotated[
        list[str] | None,
        typer.Option(help="An open alarm about the data: it refuses. May be repeated."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look; move and log nothing.")] = False,
    store: Store = None,
    track: Follow = True,
    settings: SettingsFile = None,
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """Hold a training against the champion; it takes the place, or exit code 3 says it does not."""
    from ptml.jobs.promote import run_promotion
    from ptml.jobs.settings import load_settings
    from ptml.jobs.tracked import store_beside

    day, chosen, alarms = day_of(as_of), load_settings(settings), alarm or []
    followed = (store or store_beside(models)) if track else None
    keys = {"job": "promote", "data": data, "models": models, "registry": registry, "as_of": day}
    said = {"who": who, "why": why, "page": page, "alarms": alarms, "store": store, "track": track}
    with shown_progress(as_json) as progress:
        summary = recorded(
            {**keys, **said, "settings": chosen, "runs": runs},
            progress,
            lambda watched: run_promotion(
                data,
                models,
                registry,
                day,
                chosen,
                who,
                why,
                now,
                watched,
                page,
                alarms,
                dry_run,
                followed,
            ),
            lambda found: ACTION_NEEDED if found["refused"] else 0,
        )
    tell(summary, as_json)
    if summary["refused"]:
        raise typer.Exit(ACTION_NEEDED)


def rollback(
    registry: RegistryFolder,
    who: Who,
    why: Why,
    to: Annotated[
        str | None, typer.Option(help="A version that was champion; empty = the one before.")
    ] = None,
    store: Store = None,
    track: Follow = True,
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """Put the champion before this one back, after its files were checked."""
    from ptml.jobs.promote import run_rollback
    from ptml.jobs.tracked import store_beside

    followed = (store or store_beside(registry)) if track else None
    keys = {"job": "rollback", "registry": registry, "who": who, "why": why, "store": store}
    with shown_progress(as_json) as progress:
        summary = recorded(
            {**keys, "track": track, "runs": runs},
            progress,
            lambda _watched: run_rollback(registry, who, why, now, to, followed),
        )
    tell(summary, as_json)


def moves(
    registry: RegistryFolder,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the chain, the pointers and all files.")
    ] = False,
    head: Annotated[
        str | None, typer.Option(help="A hash noted elsewhere that must be in the log.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who moved which version, when and why."""
    from ptml.errors import DataError
    from ptml.jobs.moves import run_moves

    summary = run_moves(registry, verify, head)
    tell(summary, as_json)
    if summary["problems"]:
        raise typer.Exit(DataError.exit_code)


def evaluate_window(
    data: Data,
    models: Annotated[Path, typer.Option(help="Folder that `ptml train` wrote.")],
    page: PageFile = None,
    twins: Annotated[
        Path | None, typer.Option(help="Folder to keep refits in, such as REGISTRY/twins.")
    ] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """How good a training, or one made alike, is on the outcomes of the newest days."""
    from ptml.jobs.evaluate import run_evaluation
    from ptml.jobs.settings import load_settings

    day, chosen = day_of(as_of), load_settings(settings)
    keys = {"job": "evaluate", "data": data, "models": models, "page": page, "as_of": day}
    with shown_progress(as_json) as progress:
        summary = recorded(
            {**keys, "settings": chosen, "runs": runs},
            progress,
            lambda watched: run_evaluation(data, models, page, day, chosen, twins, watched),
        )
    tell(summary, as_json)
