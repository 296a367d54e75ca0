"""``ptml year``: a scripted year of retraining on a simulated company."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, shown_progress, tell


def year(
    out: Annotated[Path, typer.Argument(help="Folder for the year; year.html is its page.")],
    employees: Annotated[int, typer.Option(min=300)] = 1000,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    as_json: AsJson = False,
) -> None:
    """Twelve monthly retrains with planted changes: what was alarmed, promoted, rolled back."""
    from ptml.jobs.year import run_year

    with shown_progress(as_json) as progress:
        summary = run_year(out, employees, seed, progress)
    tell(summary, as_json)
