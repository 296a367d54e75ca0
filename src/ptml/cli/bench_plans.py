"""Commands that measure what training is planned with: needs, paths, budgets, course health."""

from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.bench import Seeds, whole_numbers
from ptml.cli.bench import bench_app as bench_app
from ptml.cli.clock import now
from ptml.cli.telling import AsJson, shown_progress, tell


@bench_app.command("health")
def bench_health(
    seed: Seeds = None,
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


@bench_app.command("proficiency")
def bench_proficiency(
    employees: Annotated[int, typer.Option(min=200)] = 3000,
    seed: Seeds = None,
    as_json: AsJson = False,
) -> None:
    """Medians, what is named falsely, and what is said of teams, against simulated truth."""
    from ptml.jobs.bench_proficiency import SEEDS
    from ptml.jobs.bench_proficiency import bench_proficiency as measure

    with shown_progress(as_json) as progress:
        summary = measure(seed or SEEDS, employees, progress)
    tell(summary, as_json)


@bench_app.command("needs")
def bench_needs(
    employees: Annotated[int, typer.Option(min=500, help="Of each organisation.")] = 5_000,
    seeds: Annotated[
        str, typer.Option(help="Of the simulator, comma between.")
    ] = "11,12,13,24,25,26,27",
    page: Annotated[Path, typer.Option(help="Where the tables go.")] = Path(
        "docs/benchmarks-needs.md"
    ),
    as_json: AsJson = False,
) -> None:
    """What holds units and people back, against simulated truth: old rules and new."""
    from ptml.jobs.bench_needs import bench_needs as measure

    with shown_progress(as_json) as progress:
        summary = measure(employees, whole_numbers(seeds, "--seeds"), page, progress)
    tell(summary, as_json)


@bench_app.command("path")
def bench_path(
    seed: Seeds = None,
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


@bench_app.command("budget")
def bench_budget(
    seed: Seeds = None,
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


@bench_app.command("budget-solvers")
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
