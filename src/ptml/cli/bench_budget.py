"""Commands that print what plans of a budget are worth, and what they cost."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.bench import whole_numbers
from ptml.cli.clock import now
from ptml.cli.telling import AsJson, shown_progress, tell


def register(bench: typer.Typer) -> None:
    """Add the commands."""
    bench.command("budget")(bench_budget)
    bench.command("budget-solvers")(bench_budget_solvers)


def bench_budget(
    seed: Annotated[list[int] | None, typer.Option(help="May be repeated.")] = None,
    employees: Annotated[int, typer.Option(min=1)] = 2000,
    courses: Annotated[int, typer.Option(min=1)] = 60,
    keep: Annotated[
        Path | None, typer.Option(help="Folder to go on from, should the run be stopped.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """True lift that budgets buy, by how they are spent, on simulated organisations (slow)."""
    from ptml.jobs.bench_budget import SEEDS, Plan
    from ptml.jobs.bench_budget import bench_budget as measure

    with shown_progress(as_json) as progress:
        plan = Plan(tuple(seed or SEEDS), employees, courses, keep)
        summary = measure(plan, now, progress)
    tell(summary, as_json)


def bench_budget_solvers(
    sizes: Annotated[str, typer.Option(help="People, comma between.")] = "1000,3000,10000",
    candidates: Annotated[int, typer.Option(min=1)] = 20,
    courses: Annotated[int, typer.Option(min=2)] = 200,
    exact_until: Annotated[int, typer.Option(min=0, help="People up to whom HiGHS runs.")] = 3000,
    as_json: AsJson = False,
) -> None:
    """Seconds, memory and proven gap of planning, by prices and by an integer program."""
    from ptml.jobs.bench_budget_solvers import Size
    from ptml.jobs.bench_budget_solvers import bench_solvers as measure

    people = whole_numbers(sizes, "--sizes")
    plan = [Size(n, candidates, courses, n <= exact_until) for n in people]
    with shown_progress(as_json) as progress:
        summary = measure(plan, progress)
    tell(summary, as_json)
