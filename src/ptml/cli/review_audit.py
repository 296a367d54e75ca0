"""``ptml audit``: look through the log of who looked and who decided."""

from typing import Annotated

import typer

from ptml.cli.review_db import Db
from ptml.cli.telling import AsJson, tell

audit_app = typer.Typer(help="The log of who looked and who decided.", no_args_is_help=True)
_BROKEN = 65


@audit_app.command("verify")
def verify_log(
    db: Db = "sqlite:///review.db",
    head: Annotated[
        str | None, typer.Option(help="Hash that `ptml audit head` gave earlier, kept elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look through the whole log; exit code 65 when a line was changed, left out, put in or,
    with --head, cut off."""
    from ptml.review.audit import verify
    from ptml.review.store import Database

    with Database.open(db, must_exist=True).read() as connection:
        found = verify(connection, head)
    words = [f"{found.n_entries} lines; the last has hash {found.head}."]
    if found.broken_at is not None:
        words.append(f"Line {found.broken_at} is not what was written.")
    if not found.has_wanted:
        words.append(f"No line has hash {head}: lines were cut off, or all was written anew.")
    if found.is_whole:
        words.append("The log is whole." if head else _UNSEEN)
    told = {
        "entries": found.n_entries,
        "head": found.head,
        "broken_at": found.broken_at,
        "has_head": found.has_wanted if head else None,
        "is_whole": found.is_whole,
    }
    tell({**told, "sentences": words}, as_json)
    if not found.is_whole:
        raise typer.Exit(_BROKEN)


@audit_app.command("head")
def head_of_log(db: Db = "sqlite:///review.db", as_json: AsJson = False) -> None:
    """The last line's hash: write it down where nobody who runs the database can change it."""
    from ptml.review.audit import head
    from ptml.review.store import Database

    with Database.open(db, must_exist=True).read() as connection:
        number, found = head(connection)
    tell({"entries": number, "head": found, "sentences": [found]}, as_json)


_UNSEEN = (
    "The lines that are there are whole. Give --head to see whether lines at the end are gone."
)
