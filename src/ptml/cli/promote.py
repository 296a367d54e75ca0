"""Commands about which training is in use: promote, rollback, moves, and how good one is."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.evaluate import evaluate_app
from ptml.cli.telling import AsJson, AsOf, Data, SettingsFile, day_of, now, shown_progress, tell

REFUSED = 3

RegistryFolder = Annotated[
    Path, typer.Option("--registry", help="Folder of versions, pointers and the log of moves.")
]
Who = Annotated[str, typer.Option(help="Who decides: a name for the log.")]
Why = Annotated[str, typer.Option(help="Why: a sentence for the log.")]
Store = Annotated[
    Path | None,
    typer.Option(
        "--mlflow",
        help="Folder of MLflow's store (mlruns beside the models): its champion follows.",
    ),
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
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Hold a training against the champion; it takes the place, or exit code 3 says it does not."""
    from ptml.jobs.promote import run_promotion
    from ptml.jobs.settings import load_settings

    with shown_progress(as_json) as progress:
        summary = run_promotion(
            data,
            models,
            registry,
            day_of(as_of),
            load_settings(settings),
            who,
            why,
            now,
            progress,
            page,
            alarm or (),
            dry_run,
            store,
        )
    tell(summary, as_json)
    if summary["refused"]:
        raise typer.Exit(REFUSED)


def rollback(
    registry: RegistryFolder,
    who: Who,
    why: Why,
    to: Annotated[
        str | None, typer.Option(help="A version that was champion; empty = the one before.")
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Put the champion before this one back, after its files were checked."""
    from ptml.jobs.promote import run_rollback

    tell(run_rollback(registry, who, why, now, to, store), as_json)


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
    from ptml.jobs.promote import run_moves

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
    as_json: AsJson = False,
) -> None:
    """How good a training, or one made alike, is on the outcomes of the newest days."""
    from ptml.jobs.evaluate import run_evaluation
    from ptml.jobs.settings import load_settings

    with shown_progress(as_json) as progress:
        summary = run_evaluation(
            data, models, page, day_of(as_of), load_settings(settings), twins, progress
        )
    tell(summary, as_json)
