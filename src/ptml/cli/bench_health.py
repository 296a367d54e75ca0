"""The command that measures alerts of course health."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, shown_progress, tell


def bench_health(
    seed: Annotated[list[int] | None, typer.Option(help="May be repeated.")] = None,
    employees: Annotated[int, typer.Option(min=1, help="Of each organisation.")] = 4_000,
    courses: Annotated[int, typer.Option(min=1, help="Of each organisation.")] = 60,
    threads: Annotated[
        int, typer.Option(min=1, help="LightGBM threads; 1 is fastest beside other work.")
    ] = 1,
    page: Annotated[Path, typer.Option(help="Where the table goes.")] = Path(
        "docs/benchmarks-health.md"
    ),
    keep: Annotated[
        Path | None, typer.Option(help="Folder to go on from, should the run be stopped.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Alerts of course health: what was planted and found, and how many are false (slow)."""
    from ptml.jobs.bench_health import SEEDS, Plan
    from ptml.jobs.bench_health import bench_health as measure

    plan = Plan(tuple(seed or SEEDS), employees, courses, threads)
    with shown_progress(as_json) as progress:
        summary = measure(plan, page, progress, keep)
    tell(summary, as_json)
