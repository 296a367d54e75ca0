"""What-if of budgets on a published run."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, SettingsFile, shown_progress, tell
from ptml.errors import UsageError


def budget(
    out: Annotated[str, typer.Option(help="Where `ptml score` published.")],
    money: Annotated[
        list[float] | None,
        typer.Option(help="In the unit of courses.cost; may be repeated; empty = as scored."),
    ] = None,
    settings: SettingsFile = None,
    plot: Annotated[Path | None, typer.Option(help="PNG file for the curve.")] = None,
    allocations: Annotated[
        Path | None, typer.Option(help="CSV file for who gets what with the last budget.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a budget would buy, by the lifts of a published run; nothing is published."""
    from ptml.jobs.budget.what_if import WhatIf, run_what_if
    from ptml.jobs.settings import load_settings

    wrong = [amount for amount in money or [] if not 0 <= amount < float("inf")]
    if wrong:
        raise UsageError(f"--money must be 0 or more, got {wrong[0]:g}")
    config = None if settings is None else load_settings(settings).budget
    with shown_progress(as_json) as progress:
        asked = WhatIf(tuple(money or ()), plot, allocations)
        summary = run_what_if(out, asked, config, progress)
    tell(summary, as_json)
    if summary["exit_code"]:
        raise typer.Exit(summary["exit_code"])
