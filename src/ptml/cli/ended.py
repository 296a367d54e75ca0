"""How a command that failed says so: one line, the log, and of a bug a file with all of it."""

import json
import os
import sys
import traceback

import typer

from ptml.cli.clock import now
from ptml.cli.watching import Interrupted, Session
from ptml.errors import UsageError

DEBUG = "PTML_DEBUG"


def ended(session: Session, error: BaseException) -> int:
    """Tell how a command failed and give its exit code."""
    from ptml.jobs.ending import BUG, UNHEARD, ending_of, keep_traceback, told

    cause = _cause(error)
    if isinstance(cause, SystemExit):
        return cause.code if isinstance(cause.code, int) else BUG
    ending = ending_of(cause)
    kept = keep_traceback(cause, now(), os.getpid()) if ending.exit_code == BUG else None
    session.end(ending, kept)
    if not session.logs_to_stream:
        _tell(told(ending, kept), ending.exit_code)
    if ending.exit_code == BUG and os.environ.get(DEBUG):
        traceback.print_exception(cause)
    if ending.exit_code == UNHEARD:
        # Python would try once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return ending.exit_code


def _cause(error: BaseException) -> BaseException:
    """What really happened: typer has words of its own for some."""
    if isinstance(error, Interrupted) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError):
        return error.__context__
    if isinstance(error, typer.Abort):
        return KeyboardInterrupt()
    # typer keeps the class of its usage errors to itself; this method is what marks them.
    if hasattr(error, "format_message"):
        return UsageError(error.format_message() or "see ptml --help")
    return error


def _tell(message: str, exit_code: int) -> None:
    as_json = json.dumps({"error": message, "exit_code": exit_code})
    line = as_json if "--json" in sys.argv else f"ptml: {message}"
    try:
        typer.echo(line, err=True)
    except OSError:
        # The error stream is gone too: the exit code has to do.
        return
