"""Run files, the records that runs leave, and the list of settings."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ptml.cli.clock import now
from ptml.cli.telling import AsJson, shown_progress, tell
from ptml.jobs.progress import Progress

Records = Annotated[Path, typer.Option("--runs", help="Folder of the records of runs.")]
RecordsTo = Annotated[
    Path | None,
    typer.Option(
        "--runs", help="Folder for the record of this run; empty = runs beside what is written."
    ),
]
# A table that is read by a program or a file is not cut at the width of a terminal.
_WIDE = 200
_DEFAULT = Path("runs")

runs_app = typer.Typer(help="What ran, with what, and how it ended.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run")(run)
    app.command("settings")(settings)
    app.add_typer(runs_app, name="runs")


def command_line() -> list[str]:
    """The words of this call, without the folder that ptml happens to lie in."""
    return ["ptml", *sys.argv[1:]]


def recorded(
    keys: dict[str, Any],
    progress: Progress,
    call: Callable[[Progress], dict[str, Any]],
    exit_code: Callable[[dict[str, Any]], int] = lambda _: 0,
) -> dict[str, Any]:
    """Run a job that was called directly, with the record that a run file would leave.

    Parameters
    ----------
    keys : dict
        What a run file would say (`jobs/settings.py: RunFile`).
    exit_code : callable
        Of the job's summary.
    """
    from ptml.jobs.recording import Asked, record_run
    from ptml.jobs.settings import RunFile

    given = {name: value for name, value in keys.items() if value is not None}
    return record_run(Asked(RunFile(**given), command_line()), now, progress, call, exit_code)


def run(
    file: Annotated[Path, typer.Argument(help="A run file such as pipelines/retrain.toml.")],
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="KEY=VALUE, as in lift.n_folds=10; stronger than the file. Repeatable."
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Only show every key, its value and who said it.")
    ] = False,
    runs: RecordsTo = None,
    as_json: AsJson = False,
) -> None:
    """Run the job that a TOML file describes, and keep a record of it."""
    from ptml.jobs.pipeline import Clocks, read_run_file, run_file

    words = [*(change or []), *([f"runs={json.dumps(str(runs))}"] if runs else [])]
    if show:
        found = [vars(value) for value in read_run_file(file, words).values()]
        if as_json:
            typer.echo(json.dumps(found, default=str, ensure_ascii=False))
        else:
            _table(("key", "value", "from"), [_shown(row) for row in found])
        return
    with shown_progress(as_json) as progress:
        summary, exit_code = run_file(
            file, Clocks(now, time.monotonic), progress, words, command_line()
        )
    tell(summary, as_json)
    if exit_code:
        raise typer.Exit(exit_code)


def _shown(row: dict[str, Any]) -> tuple[str, str, str]:
    value = "" if row["value"] is None else json.dumps(row["value"], ensure_ascii=False)
    return row["key"], value, row["origin"]


@runs_app.callback()
def runs(
    context: typer.Context,
    folder: Records = _DEFAULT,
    job: Annotated[str | None, typer.Option(help="Only this job, such as train.")] = None,
    last: Annotated[int, typer.Option(min=1, help="So many, the newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the runs, the newest first."""
    from ptml.errors import UsageError
    from ptml.jobs.ledger import Ledger
    from ptml.jobs.runs import COLUMNS, line_of

    if context.invoked_subcommand is not None:
        context.obj = folder
        return
    if not folder.is_dir():
        raise UsageError(f"no records in {folder}; name the folder with --runs")
    records = Ledger(folder).records(job)[:last]
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False))
    else:
        _table(COLUMNS, [line_of(record) for record in records])


@runs_app.command("show")
def show_run(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(help="An id, its beginning, latest or latest~1.")],
    folder: Annotated[Path | None, typer.Option("--runs", help="Folder of the records.")] = None,
    as_json: AsJson = False,
) -> None:
    """One run at length; --json gives all of its record."""
    from ptml.jobs.ledger import Ledger
    from ptml.jobs.runs import told_at_length

    record = Ledger(folder or context.obj).find(run_id)
    if as_json:
        typer.echo(json.dumps(record, ensure_ascii=False))
    else:
        tell({"sentences": told_at_length(record)}, as_json)


@runs_app.command("diff")
def diff(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="A", help="An id, its beginning or latest~1.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The run to compare with it.")],
    folder: Annotated[Path | None, typer.Option("--runs", help="Folder of the records.")] = None,
    job: Annotated[str | None, typer.Option(help="Count latest among this job only.")] = None,
    as_json: AsJson = False,
) -> None:
    """What differs between two runs: settings, data, code, time taken and figures."""
    from ptml.jobs.ledger import Ledger
    from ptml.jobs.runs_diff import compare

    ledger = Ledger(folder or context.obj)
    tell(compare(ledger.find(one, job), ledger.find(other, job)), as_json)


def settings(
    prefix: Annotated[str, typer.Argument(help="A table or key, such as lift; empty = all.")] = "",
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="The whole page of the documentation.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Every setting with what it takes, its default and its meaning."""
    from ptml.jobs.settings_page import entries, markdown

    if as_markdown:
        typer.echo(markdown(), nl=False)
        return
    found = entries(prefix)
    if as_json:
        typer.echo(json.dumps([vars(entry) for entry in found], ensure_ascii=False))
        return
    rows = [(e.key, e.kind, e.default, e.meaning) for e in found if not e.is_table]
    _table(("key", "takes", "default", "meaning"), rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        # Square brackets are settings and errors of users here, no styles.
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    console.print(table)
