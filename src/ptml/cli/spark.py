"""What belongs to very large organisations: learning from a sample, and how large a cluster is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ptml.cli.telling import AsJson, SettingsFile, shown_progress, tell
from ptml.errors import UsageError

if TYPE_CHECKING:
    from ptml.jobs.settings import Settings

Engine = Annotated[str | None, typer.Option(help="local or spark; empty = as scoring.engine says.")]
Master = Annotated[
    str | None,
    typer.Option(help="Of --engine spark: local[2], spark://HOST:7077, yarn, k8s://..."),
]


def on_engine(settings: "Settings", engine: str | None, master: str | None) -> "Settings":
    """Settings with the engine that the call names."""
    from ptml.jobs.settings import with_engine

    return with_engine(settings, engine, master)


def register(app: typer.Typer, bench_app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("spark-sizing")(spark_sizing)
    bench_app.command("sampling")(bench_sampling)


def spark_sizing(
    learners: Annotated[int, typer.Option(min=1)] = 10_000_000,
    hours: Annotated[float, typer.Option(min=0.1, help="In which a run has to be done.")] = 2.0,
    price: Annotated[
        float, typer.Option(min=0, help="Of a core and its memory for an hour.")
    ] = 0.05,
    settings: SettingsFile = None,
    run: Annotated[
        Path | None,
        typer.Option(help="What `ptml score --engine spark --json` printed: rates of your own."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How large a Spark cluster has to be: cores, memory, disks, shuffle and cost."""
    from ptml.jobs.settings import load_settings
    from ptml.jobs.spark.sizing import sizing

    bucket_employees = load_settings(settings).scoring.bucket_employees
    tell(sizing(learners, hours, price, bucket_employees, run), as_json)


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
