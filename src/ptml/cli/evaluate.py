"""Commands that ask afterwards what the engine's advice did."""

from typing import Annotated

import typer

from ptml.cli.reviews import Reviews, on_reviews
from ptml.cli.telling import AsJson, AsOf, Data, SettingsFile, day_of, shown_progress, tell

evaluate_app = typer.Typer(help="Ask afterwards what the advice did.", no_args_is_help=True)


# With one command typer would drop its name.
@evaluate_app.callback()
def evaluate() -> None:
    """Ask afterwards what the advice did."""


@evaluate_app.command("acting")
def evaluate_acting(
    data: Data,
    flags: Annotated[
        list[str] | None,
        typer.Option(
            help="A published run whose flags count; may be repeated. Beside table flags."
        ),
    ] = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    reviews: Reviews = None,
    as_json: AsJson = False,
) -> None:
    """Does flagging help? The effect by quarter, from a randomised hold-out of flags."""
    from ptml.jobs.acting import run_acting
    from ptml.jobs.settings import load_settings

    with shown_progress(as_json) as progress:
        chosen = on_reviews(load_settings(settings), reviews)
        summary = run_acting(data, flags or [], day_of(as_of), chosen, progress)
    tell(summary, as_json)
