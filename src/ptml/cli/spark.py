"""What belongs to very large organisations: learning from a sample, and how large a cluster is."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, shown_progress, tell
from ptml.errors import UsageError


def register(app: typer.Typer, bench_app: typer.Typer) -> None:
    """Add the commands of this module."""
    bench_app.command("sampling")(bench_sampling)


def bench_sampling(
    employees: Annotated[int, typer.Option(min=100)] = 6000,
    seed: Annotated[list[int] | None, typer.Option(help="Repeatable; empty = 28, 29.")] = None,
    share: Annotated[
        list[float] | None, typer.Option(help="Repeatable; empty = 1, .5, .2, .1, .05.")
    ] = None,
    keep: Annotated[
        Path, typer.Option(help="Folder of what was fitted; what is there is not done again.")
    ] = Path(".bench-sampling"),
    as_json: AsJson = False,
) -> None:
    """What learning from a sample of people costs in accuracy, against the simulated truth."""
    from ptml.jobs.bench_sampling import SHARES
    from ptml.jobs.bench_sampling import bench_sampling as measure

    shares = share or list(SHARES)
    wrong = [one for one in shares if not 0 < one <= 1]
    if wrong:
        raise UsageError(f"--share is above 0 and at most 1, got {wrong[0]:g}")
    keep.mkdir(parents=True, exist_ok=True)
    with shown_progress(as_json) as progress:
        summary = measure(employees, seed or [28, 29], shares, keep, progress)
    tell(summary, as_json)
