"""`--log` and `--metrics` of every command, exit codes, and signals to end."""

import functools
import inspect
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ptml import __version__
from ptml.cli.clock import now
from ptml.errors import Stopped
from ptml.jobs.stop_signal import forget, stop

if TYPE_CHECKING:
    from ptml.jobs.ending import Ending
    from ptml.jobs.event_log import EventLog
    from ptml.jobs.metrics_file import MetricsFile
    from ptml.jobs.watch import Watch

LogTo = Annotated[
    str | None,
    typer.Option(
        "--log",
        metavar="FILE",
        envvar="PTML_LOG",
        help="Append a JSON line for each event; - is the error stream.",
    ),
]
MetricsTo = Annotated[
    str | None,
    typer.Option(
        "--metrics",
        metavar="FILE.prom",
        envvar="PTML_METRICS",
        help="Write metrics (OpenMetrics) at the end; {job} in the name is the command.",
    ),
]
MUST = "PTML_LOG_MUST"
# They list what is there and do no work.
_UNWATCHED = ("settings", "runs", "show", "diff")
# What a person is named by: never in a log.
_PERSONAL = ("employee", "person", "what")


class Interrupted(Exception):
    """Carries what typer would end by itself, without a word: its cause."""


class Session:
    """One call of the command line: where it logs to, and how it ends.

    Attributes
    ----------
    watch : Watch or None
        What jobs tell of themselves; None before a command that works has begun.
    """

    def __init__(self) -> None:
        self.watch: Watch | None = None
        self._job = ""
        self._hidden: tuple[str, ...] = ()
        self._log: EventLog | None = None
        self._metrics: MetricsFile | None = None
        self._began = time.monotonic()
        self._has_ended = False

    @property
    def logs_to_stream(self) -> bool:
        """Whether the error stream is for lines of the log alone."""
        return self._log is not None and self._log.is_stream

    def begin(
        self, job: str, log: str | None, metrics: str | None, hidden: tuple[str, ...] = ()
    ) -> None:
        """Begin a command that works.

        Parameters
        ----------
        hidden : tuple of str
            Words of the call that must not be in the log.

        Raises
        ------
        UsageError
            For a log or metrics file that cannot be written.
        """
        from ptml.jobs.event_log import EventLog
        from ptml.jobs.watch import Watch

        # A single sign is no id: `-` says that the id is read from the input.
        self._job, self._hidden = job, tuple(word for word in hidden if len(word) > 1)
        if log:
            self._log = EventLog.open(log, now, bool(os.environ.get(MUST)), warn)
            self._log.bind(pid=os.getpid())
        self.watch = Watch(self._log, time.monotonic, memory_now)
        if self._log is not None:
            self._log.write("job_started", job=job, version=__version__)
            self._log.bind(job=job)
        if metrics:
            from ptml.jobs.metrics_file import MetricsFile

            self._metrics = MetricsFile.named(metrics, job)

    def done(self, exit_code: int) -> None:
        """Write the last words of a command that did what it was there for."""
        if self.watch is not None:
            from ptml.jobs.ending import Ending

            self.end(Ending(exit_code))

    def end(self, ending: "Ending", kept: Path | None = None) -> None:
        """Write the last line of the log and the metrics; a second call does nothing."""
        if self._has_ended:
            return
        self._has_ended = True
        seconds = time.monotonic() - self._began
        if self.watch is not None:
            self.watch.end_stage()
        if self._log is not None:
            self._write_end(self._log, ending, kept, seconds)
        if self._metrics is not None and self.watch is not None:
            self._write_metrics(self._metrics, self.watch, ending.exit_code, seconds)

    def _write_end(
        self, log: "EventLog", ending: "Ending", kept: Path | None, seconds: float
    ) -> None:
        from ptml.jobs.ending import facts_of

        facts = {name: self._hiding(value) for name, value in facts_of(ending, kept).items()}
        peak = peak_memory() >> 20
        log.write(ending.event, ending.level, seconds=round(seconds, 3), rss_mib=peak, **facts)
        log.close()

    def _hiding(self, value: Any) -> Any:
        if isinstance(value, str):
            for word in self._hidden:
                value = value.replace(word, "...")
        return value

    def _write_metrics(
        self, file: "MetricsFile", watch: "Watch", exit_code: int, seconds: float
    ) -> None:
        from ptml.jobs.metrics import Measured
        from ptml.jobs.metrics_file import with_places

        measured = Measured(
            self._job, exit_code, watch.told, now(), round(seconds, 3), peak_memory()
        )
        try:
            file.write(with_places(measured, warn))
        except OSError as error:
            warn(f"the metrics {file.path} cannot be written ({error.strerror})")


_SESSION: ContextVar[Session | None] = ContextVar("session", default=None)


def new_session() -> Session:
    """Begin a call of the command line."""
    session = Session()
    _SESSION.set(session)
    return session


def current_session() -> Session | None:
    """The call that goes on; None where commands are called from Python."""
    return _SESSION.get()


def watch_all(app: typer.Typer, words: str = "") -> None:
    """Give `--log` and `--metrics` to every command that works, also to those of groups below."""
    for command in app.registered_commands:
        callback = command.callback
        if callback is not None:
            name = command.name or callback.__name__.replace("_", "-")
            if name not in _UNWATCHED:
                command.callback = _watched(callback, f"{words}{name}")
    for group in app.registered_groups:
        if group.typer_instance is not None and group.name not in _UNWATCHED:
            watch_all(group.typer_instance, f"{words}{group.name} ")


def _watched(callback: Callable[..., Any], job: str) -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*args: Any, log: str | None = None, metrics: str | None = None, **kwargs: Any) -> Any:
        session = current_session()
        if session is not None:
            session.begin(job, log, metrics, tuple(_people_in(kwargs)))
        try:
            return callback(*args, **kwargs)
        except (KeyboardInterrupt, typer.Abort, BrokenPipeError) as error:
            raise Interrupted from error

    run.__signature__ = inspect.Signature(list(_parameters(callback)))  # type: ignore[attr-defined]
    run.__annotations__ = {**callback.__annotations__, "log": LogTo, "metrics": MetricsTo}
    return run


def _people_in(given: Mapping[str, Any]) -> Iterator[str]:
    """Words of a call that name somebody; EMPLOYEE/COURSE is a row's."""
    for name in _PERSONAL:
        if given.get(name):
            yield str(given[name])
            yield from str(given[name]).split("/")


def _parameters(callback: Callable[..., Any]) -> Iterator[inspect.Parameter]:
    yield from inspect.signature(callback).parameters.values()
    for name, kind in (("log", LogTo), ("metrics", MetricsTo)):
        yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)


def stop_on_signals() -> None:
    """Let signals to end clean up as Ctrl-C does, which libraries may not swallow."""
    forget()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # What `nohup` or a parent chose to ignore stays ignored.
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _stop)


def _stop(number: int, _frame: object) -> None:
    # A second signal must not cut the cleaning up.
    signal.signal(number, signal.SIG_IGN)
    stop(KeyboardInterrupt() if number == signal.SIGINT else Stopped(signal.Signals(number).name))


def memory_now() -> int:
    """Bytes that this process holds; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def peak_memory() -> int:
    """Most bytes that this process, or one of its children, held."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(kind).ru_maxrss for kind in kinds)
    # In KiB, but on macOS.
    return peak if sys.platform == "darwin" else peak << 10


def warn(sentence: str) -> None:
    """Say something on the error stream that ends no job."""
    try:
        typer.echo(f"ptml: {sentence}", err=True)
    except OSError:
        return
