"""The command line: one verb per user's job, no logic.

Exit codes: 0 done, 2 the call is wrong, 65 the data are wrong, 70 a bug, 75 try again.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from ptml.errors import PtmlError, UsageError
from ptml.jobs.progress import Progress, Silent

app = typer.Typer(
    help=(
        "ptml: which course will help whom, by how much, and who needs help to use what was learnt."
        "\n\nStart with [bold]ptml demo[/bold]. Then, on your own tables (docs/data-contract.md):"
        "\n\n  ptml validate DATA"
        "\n\n  ptml train DATA --out MODELS"
        "\n\n  ptml score DATA --models MODELS --out OUT"
        "\n\n  ptml report OUT"
        "\n\nDATA is a folder of CSV or Parquet files, a DuckDB file or a postgresql:// address."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
import_app = typer.Typer(help="Turn public data into the contract's tables.", no_args_is_help=True)
bench_app = typer.Typer(help="Print the measured figures of the README.", no_args_is_help=True)
app.add_typer(import_app, name="import")
app.add_typer(bench_app, name="bench")

Data = Annotated[
    str, typer.Argument(help="Folder of CSV or Parquet, *.duckdb file or postgresql:// address.")
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="Use only what was known before this date; empty = the newest date the data allow.",
    ),
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="TOML file of settings; see pipelines/.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]
Only = Annotated[
    list[str] | None,
    typer.Option(help="recommend, lift or warnings; may be repeated. Empty = all possible."),
]


class BarProgress:
    """Progress bars on the terminal's error stream; quiet where that is not a terminal."""

    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bars = RichProgress(*columns, console=console, disable=not console.is_terminal)
        self._task: TaskID | None = None

    def stage(self, title: str) -> None:
        """Finish the stage before and begin a new one."""
        self._finish()
        self._task = self._bars.add_task(title, total=1)

    def step(self, done: int, total: int) -> None:
        """Show how far the stage is."""
        if self._task is not None:
            self._bars.update(self._task, completed=done, total=total)

    def _finish(self) -> None:
        if self._task is not None:
            total = self._bars.tasks[-1].total or 1
            self._bars.update(self._task, completed=total)

    def __enter__(self) -> "BarProgress":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()
        self._bars.stop()


@contextmanager
def _progress(as_json: bool) -> Iterator[Progress]:
    if as_json:
        yield Silent()
        return
    with BarProgress(Console(stderr=True)) as bars:
        yield bars


def _now() -> datetime:
    return datetime.now(UTC)


def _day(as_of: datetime | None) -> date | None:
    return None if as_of is None else as_of.date()


def _tell(summary: dict[str, Any], as_json: bool) -> None:
    """Print the summary of a job: its sentences, or all of it as JSON."""
    if as_json:
        typer.echo(json.dumps(summary, default=str, ensure_ascii=False, sort_keys=True))
        return
    for sentence in summary["sentences"]:
        typer.echo(sentence)


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

    with _progress(as_json) as progress:
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
    _tell(summary, as_json)


@app.command()
def validate(data: Data, as_json: AsJson = False) -> None:
    """Check the tables against the contract: what is set aside and what cannot be done."""
    from ptml.jobs.validate import run_validation

    with _progress(as_json) as progress:
        summary = run_validation(data, progress)
    _tell(summary, as_json)


@app.command()
def train(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder for the trained models.")],
    as_of: AsOf = None,
    only: Only = None,
    settings: SettingsFile = None,
    track: Annotated[bool, typer.Option(help="Log the training to MLflow.")] = True,
    as_json: AsJson = False,
) -> None:
    """Fit the three models on what was known before a date, with their held-out figures."""
    from ptml.jobs.settings import load_settings
    from ptml.jobs.train import run_training

    with _progress(as_json) as progress:
        summary = run_training(
            data, out, _day(as_of), load_settings(settings), only or [], track, progress
        )
    _tell(summary, as_json)


@app.command()
def score(
    data: Data,
    models: Annotated[Path, typer.Option(help="Folder that `ptml train` wrote.")],
    out: Annotated[str, typer.Option(help="Folder (Parquet) or *.duckdb file to publish to.")],
    as_of: AsOf = None,
    only: Only = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Write recommendations, lifts, explained warnings and the other output tables."""
    from ptml.jobs.score import run_scoring
    from ptml.jobs.settings import load_settings

    with _progress(as_json) as progress:
        summary = run_scoring(
            data, models, out, _day(as_of), load_settings(settings), only or [], _now, progress
        )
    _tell(summary, as_json)


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

    with _progress(as_json) as progress:
        summary = explain_pair(
            data, models, employee, course, _day(as_of), load_settings(settings), progress
        )
    _tell(summary, as_json)


@app.command()
def report(
    out: Annotated[str, typer.Argument(help="Folder or *.duckdb file that `ptml score` wrote.")],
    to: Annotated[
        Path | None, typer.Option(help="HTML file to write; empty = report.html beside the run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write one self-contained HTML page about the last published run."""
    from ptml.jobs.report import run_report

    _tell(run_report(out, to), as_json)


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

    with _progress(as_json) as progress:
        summary = run_policy_comparison(data, new, old, load_settings(settings), progress)
    _tell(summary, as_json)


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="A run file such as pipelines/retrain.toml.")],
    as_json: AsJson = False,
) -> None:
    """Run the job that a TOML file describes."""
    from ptml.jobs.pipeline import run_file

    with _progress(as_json) as progress:
        summary = run_file(file, _now, progress)
    _tell(summary, as_json)


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

    with _progress(as_json) as progress:
        summary = run_demo(out, employees, seed, _now, progress)
    _tell(summary, as_json)


@import_app.command("mooccubex")
def import_mooccubex(
    source: Annotated[Path, typer.Argument(help="Folder with the data set's Parquet files.")],
    out: Annotated[Path, typer.Argument(help="Folder to make, in the contract's form.")],
    as_json: AsJson = False,
) -> None:
    """MOOCCubeX: 1.2 million real enrolments; order within a learner becomes dates."""
    from ptml.jobs.imports import run_import

    _tell(run_import("mooccubex", source, out), as_json)


@import_app.command("oulad")
def import_oulad(
    source: Annotated[Path, typer.Argument(help="Folder with the data set's Parquet files.")],
    out: Annotated[Path, typer.Argument(help="Folder to make, in the contract's form.")],
    as_json: AsJson = False,
) -> None:
    """OULAD: module presentations of the Open University as courses."""
    from ptml.jobs.imports import run_import

    _tell(run_import("oulad", source, out), as_json)


@bench_app.command("simulated")
def bench_simulated(
    seed: Annotated[list[int] | None, typer.Option(help="May be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Lift and warnings against the truth of three simulated organisations of 5,000."""
    from ptml.jobs.bench import SEEDS
    from ptml.jobs.bench import bench_simulated as measure

    with _progress(as_json) as progress:
        summary = measure(seed or SEEDS, _now, progress)
    _tell(summary, as_json)


@bench_app.command("mooccubex")
def bench_mooccubex(
    source: Annotated[Path, typer.Argument(help="Folder with the data set's Parquet files.")],
    people: Annotated[int, typer.Option(min=1, help="Learners to test on.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Recommending on real enrolments: last one held out, full ranking, beside peers."""
    from ptml.jobs.bench_mooccubex import measure

    _tell(measure(source, people, seed), as_json)


@bench_app.command("recommend")
def bench_recommend(
    mooccubex: Annotated[
        Path | None, typer.Option(help="Folder with MOOCCubeX's Parquet files; empty = without.")
    ] = None,
    peers_python: Annotated[
        Path | None, typer.Option(help="Python that has bench/peers/requirements.txt installed.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1)] = 5,
    trials: Annotated[int, typer.Option(min=0, help="Settings tried for each method.")] = 6,
    judged: Annotated[int, typer.Option(min=1, help="People judged with each seed.")] = 5_000,
    page: Annotated[Path, typer.Option(help="Where the tables go.")] = Path("docs/benchmarks.md"),
    keep: Annotated[
        Path | None, typer.Option(help="Folder to go on from, should the run be stopped.")
    ] = None,
    method: Annotated[
        list[str] | None, typer.Option(help="May be repeated; empty = all methods.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recommenders side by side: accuracy, coverage, speed and memory (slow)."""
    from ptml.jobs.bench_recommend import Plan
    from ptml.jobs.bench_recommend import bench_recommend as measure

    only = tuple(method or ())
    plan = Plan(mooccubex, peers_python, seeds, trials, judged, only=only)
    with _progress(as_json) as progress:
        summary = measure(plan, page, progress, keep)
    _tell(summary, as_json)


@bench_app.command("diversity")
def bench_diversity(
    employees: Annotated[int, typer.Option(min=1)] = 2000,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    as_json: AsJson = False,
) -> None:
    """What lists of unlike courses cost, by the knob rank.diversity."""
    from ptml.jobs.bench_diversity import bench_diversity as measure

    with _progress(as_json) as progress:
        summary = measure(employees, seed, _now, progress)
    _tell(summary, as_json)


@bench_app.command("demo")
def bench_demo(as_json: AsJson = False) -> None:
    """Wall time and peak memory of the demo."""
    from ptml.jobs.bench import bench_demo as measure

    _tell(measure(), as_json)


@bench_app.command("score")
def bench_score(
    employees: Annotated[int, typer.Option(min=1)] = 100_000,
    courses: Annotated[int, typer.Option(min=1)] = 200,
    as_json: AsJson = False,
) -> None:
    """Wall time and peak memory of simulating, training and scoring a large organisation."""
    from ptml.jobs.bench import bench_score as measure

    _tell(measure(employees, courses), as_json)


def _fail(message: str, exit_code: int) -> int:
    if "--json" in sys.argv:
        typer.echo(json.dumps({"error": message, "exit_code": exit_code}), err=True)
    else:
        typer.echo(f"ptml: {message}", err=True)
    return exit_code


def main() -> None:
    """Run the command line; a user's mistake ends in one line and its exit code."""
    try:
        code = app(standalone_mode=False)
    except PtmlError as error:
        sys.exit(_fail(str(error), error.exit_code))
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(_fail("stopped; what was published before is untouched", 130))
    except Exception as error:
        # typer keeps the class of its usage errors to itself; this method is what marks them.
        if not hasattr(error, "format_message"):
            raise
        message = error.format_message() or "see ptml --help"
        sys.exit(_fail(message, UsageError.exit_code))
    sys.exit(code if isinstance(code, int) else 0)
