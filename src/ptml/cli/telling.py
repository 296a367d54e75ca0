"""What all commands share: arguments, progress bars, and how a job's summary is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from ptml.jobs.progress import Progress, Silent

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
def shown_progress(as_json: bool) -> Iterator[Progress]:
    """Bars for a person, nothing for a program."""
    if as_json:
        yield Silent()
        return
    with BarProgress(Console(stderr=True)) as bars:
        yield bars


def now() -> datetime:
    """The time of the clock: read here and nowhere below."""
    return datetime.now(UTC)


def day_of(as_of: datetime | None) -> date | None:
    """The date of an option."""
    return None if as_of is None else as_of.date()


def tell(summary: dict[str, Any], as_json: bool) -> None:
    """Print the summary of a job: its sentences, or all of it as JSON."""
    if as_json:
        typer.echo(json.dumps(summary, default=str, ensure_ascii=False, sort_keys=True))
        return
    for sentence in summary["sentences"]:
        typer.echo(sentence)
