"""``ptml review-export`` and ``ptml review-erase``: a person's rights, on the command line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ptml.cli.clock import now
from ptml.cli.review_db import Db
from ptml.cli.telling import AsJson, tell
from ptml.errors import ACTION_NEEDED, UsageError

if TYPE_CHECKING:
    from ptml.review.store import Database
    from ptml.review.subjects.erasing import Subject

Employee = Annotated[str, typer.Argument(help="The person's employee_id.")]


def review_export(
    employee: Employee,
    data: Annotated[str, typer.Option(help="Where `ptml score` published (its --out).")],
    out: Annotated[Path, typer.Option(help="FILE.json or FILE.html to write.")],
    db: Db = "sqlite:///review.db",
    language: Annotated[str, typer.Option(help="en, zh-Hant or zh-Hans; for HTML.")] = "en",
) -> None:
    """Write all that is held about a person, without other people's data."""
    from ptml.review.pages.copying import FORMS, as_json, log_copy, readable
    from ptml.review.published.run import Published
    from ptml.review.store import Database
    from ptml.review.subjects.held import held_about
    from ptml.review.subjects.others import Others
    from ptml.review.words import LANGUAGES

    form = out.suffix.removeprefix(".")
    if form not in FORMS:
        raise UsageError(f"--out must end in .json or .html, got {out.name}")
    if language not in LANGUAGES:
        raise UsageError(f"--language must be one of {', '.join(LANGUAGES)}, got {language}")
    moment = now()
    with Database.open(db, must_exist=True).begin() as connection:
        others = Others.of(connection, employee)
        held = held_about(connection, Published.open(data), others, employee, moment)
        log_copy(connection, employee, "-", moment)
    text = as_json(held) if form == "json" else readable(held, language)
    _write(out, text)
    typer.echo(f"All that is held about the person is in {out}.")


def review_erase(
    employee: Employee,
    db: Db = "sqlite:///review.db",
    data: Annotated[
        str | None, typer.Option(help="Where `ptml score` published: is the person still there?")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Erase; without it nothing is changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a person out of the review database and prove it; run `ptml erase` before."""
    from ptml.review.store import Database
    from ptml.review.subjects.erasing import Subject, erase, rows_of

    _check_run(data, employee)
    database = Database.open(db, must_exist=True)
    with database.read() as connection:
        subject = Subject.of(connection, employee)
        counts = rows_of(connection, subject)
    if not yes:
        words = [f"{n} {name}" for name, n in counts.items() if n]
        told = [f"To be erased: {', '.join(words)}. Nothing was changed: --yes erases."]
        tell({"found": counts, "erased": False, "sentences": told}, as_json)
        return
    with database.begin() as connection:
        subject = Subject.of(connection, employee)
        erase(connection, subject, now())
    _prove(database, subject, counts, as_json)


def _prove(database: "Database", subject: "Subject", counts: dict[str, int], as_json: bool) -> None:
    from ptml.review.audit import verify
    from ptml.review.subjects.erasing import clear_files, in_files, remains

    clear_files(database)
    with database.read() as connection:
        left = {**remains(connection, subject), **dict.fromkeys(in_files(database, subject), 1)}
        log = verify(connection)
    words = [f"Erased: {', '.join(f'{n} {name}' for name, n in counts.items() if n)}."]
    words.append(
        f"The person is still named in {', '.join(left)}."
        if left
        else "Looked through every column and the file: the person is named nowhere."
    )
    words.append("The log is whole." if log.is_whole else f"The log is broken at {log.broken_at}.")
    if subject.has_namesake:
        words.append("Somebody else has the same name: notes that name it were left, read them.")
    is_proven = log.is_whole and not left
    told = {"found": counts, "erased": True, "left": left, "log_is_whole": log.is_whole}
    tell({**told, "head": log.head, "sentences": words}, as_json)
    if not is_proven or subject.has_namesake:
        raise typer.Exit(ACTION_NEEDED)


def _check_run(data: str | None, employee: str) -> None:
    from ptml.review.published.run import Published

    if data is not None and Published.open(data).rows("people", employee_id=employee):
        raise UsageError(
            f"{data} still has the person, who would come back with the next run: "
            "run ptml erase first"
        )


def _write(out: Path, text: str) -> None:
    # Beside it first: nobody reads half a copy.
    half = out.with_name(f".{out.name}.part")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(out)
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written: {error.strerror}") from None
