"""Names of people: from a file of the organisation's own, since the engine knows ids alone."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, select, update

from ptml.errors import DataError, UsageError
from ptml.review.audit import Entry, append
from ptml.review.store.schema import cases, courses, people

_SHOWN = 5


@dataclass(frozen=True)
class Named:
    """One line of the file."""

    employee_id: str
    name: str
    email: str | None


def read_people(path: Path) -> tuple[Named, ...]:
    """Read a CSV file of ``employee_id, name`` and, if it is there, ``email``; UTF-8.

    Raises
    ------
    UsageError
        When the file is not there, or has no such columns.
    DataError
        When lines have no id or no name, or an id stands twice; all are told at once, by line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"employee_id", "name"} - set(reader.fieldnames or ())
            if missing:
                raise UsageError(
                    f"{path} must have columns employee_id and name; has no {_list(missing)}"
                )
            rows = list(reader)
    except FileNotFoundError:
        raise UsageError(f"--people {path} is not there") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not UTF-8: save it as UTF-8") from None
    found = [
        Named(
            (row["employee_id"] or "").strip(),
            (row["name"] or "").strip(),
            (row.get("email") or "").strip().casefold() or None,
        )
        for row in rows
    ]
    _check(path, found)
    return tuple(found)


def bring_names(connection: Connection, named: Sequence[Named], now: datetime) -> int:
    """Give people their names, on pages and for the search; give how many are known here.

    Nobody who is not in the file loses a name. A file that changes nothing writes nothing.
    """
    known = {
        row.employee_id: (row.name, row.email)
        for row in connection.execute(select(people.c.employee_id, people.c.name, people.c.email))
    }
    here = [one for one in named if one.employee_id in known]
    new = [one for one in here if known[one.employee_id] != (one.name, one.email)]
    if new:
        connection.execute(
            update(people)
            .where(people.c.employee_id == bindparam("who"))
            .values(name=bindparam("named"), email=bindparam("mail")),
            [{"who": one.employee_id, "named": one.name, "mail": one.email} for one in new],
        )
        _find_by_name(connection, {one.employee_id: one.name for one in new})
        append(connection, now, Entry("-", "people.name", "-", {"people": len(new)}))
    return len(here)


def search_text(name: str | None, employee_id: str, title: str) -> str:
    """What the search looks for words in."""
    return f"{name or ''} {employee_id} {title}".casefold()


def _find_by_name(connection: Connection, names: dict[str, str]) -> None:
    rows = connection.execute(
        select(cases.c.case_id, cases.c.employee_id, cases.c.course_id, courses.c.title).outerjoin(
            courses, courses.c.course_id == cases.c.course_id
        )
    )
    new = [
        {
            "which": row.case_id,
            "text": search_text(
                names[row.employee_id], row.employee_id, row.title or row.course_id
            ),
        }
        for row in rows
        if row.employee_id in names
    ]
    if new:
        by_id = update(cases).where(cases.c.case_id == bindparam("which"))
        connection.execute(by_id.values(search_text=bindparam("text")), new)


def _check(path: Path, found: Sequence[Named]) -> None:
    # Line 1 is the header.
    empty = [k for k, one in enumerate(found, 2) if not one.employee_id or not one.name]
    first = {one.employee_id: k for k, one in reversed(tuple(enumerate(found, 2)))}
    twice = [k for k, one in enumerate(found, 2) if first[one.employee_id] != k]
    wrong = [
        f"{len(lines)} {words} (line {', '.join(map(str, lines[:_SHOWN]))})"
        for lines, words in (
            (empty, "without id or name"),
            (twice, "with an id that is there before"),
        )
        if lines
    ]
    if wrong:
        raise DataError(f"{path} has lines that cannot be used: {'; '.join(wrong)}")


def _list(names: set[str]) -> str:
    return " and no ".join(sorted(names))
