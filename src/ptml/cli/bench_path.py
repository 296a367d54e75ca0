"""`ptml bench path`: learning paths by simulated truth."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.telling import AsJson, shown_progress, tell


def bench_path(
    seed: Annotated[list[int] | None, typer.Option(help="May be repeated.")] = None,
    employees: Annotated[int, typer.Option(min=1, help="Of each organisation.")] = 2_000,
    courses: Annotated[int, typer.Option(min=1, help="Of each organisation.")] = 60,
    page: Annotated[Path, typer.Option(help="Where the tables go.")] = Path(
        "docs/benchmarks-paths.md"
    ),
    as_json: AsJson = False,
) -> None:
    """Learning paths by the truth: the search, greedy and recommendations in a row (slow)."""
    from ptml.jobs.bench_paths import SEEDS, Plan
    from ptml.jobs.bench_paths import bench_paths as measure

    with shown_progress(as_json) as progress:
        summary = measure(Plan(tuple(seed or SEEDS), employees, courses), page, progress)
    tell(summary, as_json)
