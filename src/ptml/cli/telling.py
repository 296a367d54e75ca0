"""What all commands share: arguments, progress, and how a job's summary is told."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text

from ptml.cli.clock import now as now
from ptml.cli.plain_lines import PlainLines
from ptml.cli.watching import Session, current_session
from ptml.jobs.progress import Progress, Silent
from ptml.jobs.watch import together

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


_RATE_SECONDS = 300.0


class RateColumn(ProgressColumn):
    """Steps a second, once a few are done."""

    def render(self, task: Task) -> Text:
        """The rate of a stage that counts many steps."""
        speed = task.finished_speed or task.speed
        is_told = speed is not None and (task.total or 0) > 1
        return Text(f"{speed:,.0f}/s" if is_told else "")


class TimeLeftColumn(TimeRemainingColumn):
    """How long the stage still takes, in words; nothing for one that counts no steps."""

    def render(self, task: Task) -> Text:
        """The time left, where it is known."""
        if task.finished or task.time_remaining is None or (task.total or 0) <= 1:
            return Text("")
        return Text(f"{timedelta(seconds=round(task.time_remaining))} left")


class BarProgress:
    """Progress bars on the terminal's error stream; quiet where that is not a terminal."""

    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            RateColumn(),
            TimeLeftColumn(),
        )
        # The rate is that of the last minutes, so that it follows a machine that gets busy.
        self._bars = RichProgress(
            *columns,
            console=console,
            disable=not console.is_terminal,
            speed_estimate_period=_RATE_SECONDS,
        )
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
    """Bars for a person, lines for a file or a mail, nothing for a program; and the log."""
    session = current_session()
    with _shown(as_json, session) as shown:
        if session is None or session.watch is None:
            yield shown
        else:
            yield together(session.watch, shown)


@contextmanager
def _shown(as_json: bool, session: Session | None) -> Iterator[Progress]:
    console = Console(stderr=True)
    if as_json or (session is not None and session.logs_to_stream):
        yield Silent()
    elif console.is_terminal:
        with BarProgress(console) as bars:
            yield bars
    else:
        yield PlainLines(sys.stderr, now, time.monotonic)


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
