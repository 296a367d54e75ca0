"""The command line: one verb per user's job, no logic.

Exit codes: `ptml.jobs.ending`; a table in docs/reference/exit-codes.md.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ptml.cli.bench_plans import bench_app
from ptml.cli.budget import budget
from ptml.cli.clock import now
from ptml.cli.doctor import doctor
from ptml.cli.ended import ended
from ptml.cli.erase import register as register_erasing
from ptml.cli.evaluate import evaluate_app
from ptml.cli.imports import import_app
from ptml.cli.migrate import migrate
from ptml.cli.monitor import monitor
from ptml.cli.path import path
from ptml.cli.promote import register as register_promotion
from ptml.cli.replay import replay
from ptml.cli.review import register as register_review
from ptml.cli.reviews import Reviews, on_reviews
from ptml.cli.runs import RecordsTo, command_line, recorded, register
from ptml.cli.since import Prove, SinceRun, since_run
from ptml.cli.spark import Engine, Master, on_engine
from ptml.cli.spark import register as register_spark
from ptml.cli.telling import (
    AsJson,
    AsOf,
    Data,
    Only,
    SettingsFile,
    day_of,
    shown_progress,
    tell,
)
from ptml.cli.tune import tune
from ptml.cli.watching import new_session, stop_on_signals, watch_all
from ptml.cli.year import year

# As a person meets them: from tables to a page, each month, and what is asked now and then.
_ORDER = (
    *("demo", "validate", "train", "score", "report", "budget", "explain", "path", "replay"),
    *("monitor", "promote", "rollback", "moves", "evaluate", "tune"),
    *("review", "review-account", "review-export", "review-erase", "review-migrate", "audit"),
    *("erase", "prune", "migrate"),
    *("doctor", "run", "runs", "settings", "compare-policies"),
    *("simulate", "import", "year", "spark-sizing", "bench"),
)


class InOrder(typer.core.TyperGroup):
    """Lists the commands in the order of `_ORDER`."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Names of all commands; one that the order does not name comes last."""
        rank = {name: k for k, name in enumerate(_ORDER)}
        return sorted(super().list_commands(ctx), key=lambda name: rank.get(name, len(rank)))


app = typer.Typer(
    cls=InOrder,
    help=(
        "ptml: which course will help whom, by how much, and who needs help to use what was learnt."
        "\n\nStart with [bold]ptml demo[/bold]. Then, on your own tables (docs/data-contract.md):"
        "\n\n  ptml validate DATA"
        "\n\n  ptml train DATA --out MODELS"
        "\n\n  ptml score DATA --models MODELS --out OUT"
        "\n\n  ptml report OUT"
        "\n\nEach month: [bold]ptml monitor[/bold], train again, [bold]ptml promote[/bold]."
        "\n\nDATA is a folder of CSV or Parquet files, a DuckDB file, a postgresql:// address or a"
        " bucket (s3://...)."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(import_app, name="import")
app.add_typer(bench_app, name="bench")
app.add_typer(evaluate_app, name="evaluate")
app.command()(tune)
register(app)
register_promotion(app)
register_erasing(app)
register_spark(app, bench_app)
register_review(app)
app.command()(monitor)
app.command()(year)
app.command()(path)
app.command()(replay)
app.command()(budget)
app.command()(doctor)
app.command()(migrate)


@app.command()
def simulate(
    out: Annotated[Path, typer.Argument(help="Folder to make; the truth goes to OUT/truth.")],
    employees: Annotated[int, typer.Option(min=1)] = 5000,
    quarters: Annotated[int, typer.Option(min=1)] = 12,
    courses: Annotated[int, typer.Option(min=1)] = 60,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    file_format: Annotated[str, typer.Option("--format", help="parquet or csv.")] = "parquet",
    dial: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE of a trap (docs/methods/simulated-organisation.md)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an organisation whose true effects are known, with the traps of real life."""
    from ptml.jobs.simulate import run_simulation

    with shown_progress(as_json) as progress:
        summary = run_simulation(
            out,
            {
                "n_employees": employees,
                "n_quarters": quarters,
                "n_courses": courses,
                "seed": seed,
                "file_format": file_format,
            },
            dial or [],
            progress,
        )
    tell(summary, as_json)


@app.command()
def validate(data: Data, as_json: AsJson = False) -> None:
    """Check the tables against the contract: what is set aside and what cannot be done."""
    from ptml.jobs.validate import run_validation

    with shown_progress(as_json) as progress:
        summary = run_validation(data, progress)
    tell(summary, as_json)


@app.command()
def train(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder for the trained models.")],
    as_of: AsOf = None,
    only: Only = None,
    settings: SettingsFile = None,
    reviews: Reviews = None,
    track: Annotated[bool, typer.Option(help="Log the training to MLflow.")] = True,
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """Fit the three models on what was known before a date, with their held-out figures."""
    from ptml.jobs.settings import load_settings
    from ptml.jobs.train import run_training

    day, chosen = day_of(as_of), on_reviews(load_settings(settings), reviews)
    names = only or []
    keys = {"job": "train", "data": data, "models": out, "as_of": day, "settings": chosen}
    with shown_progress(as_json) as progress:
        summary = recorded(
            {**keys, "only": names, "track": track, "runs": runs},
            progress,
            lambda watched: run_training(data, out, day, chosen, names, track, watched),
        )
    tell(summary, as_json)


@app.command()
def score(
    data: Data,
    models: Annotated[Path, typer.Option(help="Folder that `ptml train` wrote.")],
    out: Annotated[
        str,
        typer.Option(
            help="Where to publish: a folder, a *.duckdb file, dataset:FOLDER, delta:FOLDER,"
            " s3://BUCKET/PREFIX or postgresql://USER@HOST/DATABASE?schema=SCHEMA."
        ),
    ],
    as_of: AsOf = None,
    only: Only = None,
    settings: SettingsFile = None,
    engine: Engine = None,
    master: Master = None,
    since: SinceRun = None,
    prove: Prove = False,
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """Write recommendations, lifts, explained warnings and the other output tables."""
    from ptml.jobs.score import exit_code, run_scoring
    from ptml.jobs.settings import load_settings

    day, names = day_of(as_of), only or []
    chosen = on_engine(load_settings(settings), engine, master)
    earlier = since_run(since, prove)
    keys = {"job": "score", "data": data, "models": models, "out": out, "as_of": day}
    with shown_progress(as_json) as progress:
        summary = recorded(
            {**keys, "settings": chosen, "only": names, "runs": runs}
            | {"since": since, "prove": prove},
            progress,
            lambda watched: run_scoring(
                data, models, out, day, chosen, names, now, watched, earlier
            ),
            exit_code,
        )
    tell(summary, as_json)
    if code := exit_code(summary):
        raise typer.Exit(code)


@app.command()
def explain(
    employee: Annotated[str, typer.Argument(help="The employee's id.")],
    course: Annotated[str, typer.Argument(help="The course's id.")],
    data: Annotated[str, typer.Option(help="What DATA is to the other commands.")],
    models: Annotated[Path, typer.Option(help="Folder that `ptml train` wrote.")],
    as_of: AsOf = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Why this course for this person, or why not: rules, rank, lift, and preference in parts."""
    from ptml.jobs.explain_pair import explain_pair
    from ptml.jobs.settings import load_settings

    with shown_progress(as_json) as progress:
        summary = explain_pair(
            data, models, employee, course, day_of(as_of), load_settings(settings), progress
        )
    tell(summary, as_json)


@app.command()
def report(
    out: Annotated[str, typer.Argument(help="Where `ptml score` published.")],
    to: Annotated[
        Path | None, typer.Option(help="HTML file to write; empty = report.html beside the run.")
    ] = None,
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """Write one self-contained HTML page about the last published run."""
    from ptml.jobs.report import run_report

    with shown_progress(as_json) as progress:
        summary = recorded(
            {"job": "report", "out": out, "page": to, "runs": runs},
            progress,
            lambda watched: run_report(out, to, watched),
        )
    tell(summary, as_json)


@app.command("compare-policies")
def compare_policies(
    data: Data,
    new: Annotated[str, typer.Option(help="What `ptml score` published with the new settings.")],
    old: Annotated[
        str | None,
        typer.Option(help="The run that was shown, of the same date; empty = table exposures."),
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """What a new run's lists would have brought, by the log of what an old one showed."""
    from ptml.jobs.off_policy import run_policy_comparison
    from ptml.jobs.settings import load_settings

    with shown_progress(as_json) as progress:
        summary = run_policy_comparison(data, new, old, load_settings(settings), progress)
    tell(summary, as_json)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for data, models, tables and report.")] = Path(
        "demo"
    ),
    employees: Annotated[int, typer.Option(min=1)] = 5000,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    as_json: AsJson = False,
) -> None:
    """The whole way once: simulate, train, score, report, and how near the truth it came."""
    from ptml.jobs.demo import run_demo

    with shown_progress(as_json) as progress:
        summary = run_demo(out, employees, seed, now, progress, command_line())
    tell(summary, as_json)


watch_all(app)


def main() -> None:
    """Run the command line; every end has its exit code (docs/reference/exit-codes.md)."""
    session = new_session()
    stop_on_signals()
    try:
        found = app(standalone_mode=False)
        code = found if isinstance(found, int) else 0
        session.done(code)
        sys.stdout.flush()
    except BaseException as error:
        code = ended(session, error)
    sys.exit(code)
