"""The options of `ptml score` that take over what an earlier run published."""

from typing import TYPE_CHECKING, Annotated

import typer

from ptml.errors import UsageError

if TYPE_CHECKING:
    from ptml.jobs.previous_run import Since

SinceRun = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Score only people whose inputs or models changed since this run (its id, or latest);"
        " the tables are those of a full run.",
    ),
]
Prove = Annotated[
    bool,
    typer.Option("--prove", help="With --since: score everybody too, and compare (exit code 3)."),
]


def since_run(since: str | None, prove: bool) -> "Since | None":
    """What a job is told; None = everybody is scored.

    Raises
    ------
    UsageError
        For a proof of nothing.
    """
    from ptml.jobs.previous_run import Since

    if since is None:
        if prove:
            raise UsageError("--prove needs --since RUN: it is that which is to be proved")
        return None
    return Since(since, prove)
