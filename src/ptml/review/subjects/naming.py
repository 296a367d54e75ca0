"""Names of people: from a file of the organisation's own, since the engine knows ids alone."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, select, update

from ptml.errors import DataError, UsageError
from ptml.review.audit import Entry, append
from ptml.review.store.schema import cases, people
from ptml.review.store.search import find_by

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
        _found_by(connection, new)
        append(connection, now, Entry("-", "people.name", "-", {"people": len(new)}))
    return len(here)


def _found_by(connection: Connection, new: Sequence[Named]) -> None:
    # Of people without a case there is nothing to find.
    with_case = set(connection.scalars(select(cases.c.employee_id).distinct()))
    find_by(connection, {one.employee_id: one.name for one in new if one.employee_id in with_case})


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
