"""Bring a published run into the review database: new cases, newer evidence of open ones."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ptml.review.audit import Entry, append
from ptml.review.cases.bringing import bring_cases
from ptml.review.people.team import bring_teams
from ptml.review.published.run import Published
from ptml.review.store.schema import cases, courses, people, runs, unit_ancestors, units


def import_run(
    connection: Connection, published: Published, now: datetime, least_group: int
) -> int:
    """Bring the newest run in; give how many cases are new. A run that is there changes nothing.

    Cases that wait for a decision get the newer evidence; decided ones keep what was decided on.
    What was held out by the draw never becomes a case: nobody may look at it.
    """
    there = select(runs.c.seal).where(runs.c.run_id == published.run_id, runs.c.is_current)
    if connection.scalar(there) == published.seal:
        return 0
    _bring_run(connection, published, now)
    _bring_units(connection, published.rows("units"))
    _replace(connection, courses, _courses(published))
    bring_teams(connection, published, least_group)
    _bring_people(connection, published.rows("people"))
    n_new = bring_cases(connection, published)
    told = {"run_id": published.run_id, "new": n_new}
    append(connection, now, Entry("-", "run.import", published.run_id, told))
    return n_new


def _bring_run(connection: Connection, published: Published, now: datetime) -> None:
    connection.execute(update(runs).values(is_current=False))
    connection.execute(delete(runs).where(runs.c.run_id == published.run_id, ~_has_cases()))
    known = connection.scalar(select(runs.c.run_id).where(runs.c.run_id == published.run_id))
    row = {"as_of": published.as_of, "seal": published.seal, "imported_at": now, "is_current": True}
    if known is None:
        connection.execute(insert(runs).values(run_id=published.run_id, **row))
    else:
        connection.execute(update(runs).where(runs.c.run_id == known).values(**row))


def _has_cases() -> Any:
    return select(cases.c.case_id).where(cases.c.run_id == runs.c.run_id).exists()


def _replace(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(delete(table))
    if rows:
        connection.execute(insert(table), list(rows))


def _bring_units(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    parents = {row["org_unit_id"]: row["parent_id"] for row in rows}
    named = [
        {
            "org_unit_id": row["org_unit_id"],
            "name": row["name"] or row["org_unit_id"],
            "parent_id": row["parent_id"],
        }
        for row in rows
    ]
    _replace(connection, units, named)
    above = [
        {"org_unit_id": unit, "ancestor_id": ancestor}
        for unit in parents
        for ancestor in ancestors(unit, parents)
    ]
    _replace(connection, unit_ancestors, above)


def ancestors(unit: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The unit and every unit above it; a circle in the data ends where it closes.

    >>> ancestors("team", {"team": "site", "site": None})
    ('team', 'site')
    """
    found: dict[str, None] = {}
    at: str | None = unit
    while at is not None and at not in found:
        found[at] = None
        at = parents.get(at)
    return tuple(found)


def _courses(published: Published) -> list[dict[str, Any]]:
    rows = published.rows("course_health")
    return [
        {
            "course_id": row["course_id"],
            "title": row["title"] or row["course_id"],
            "health": {
                name: json.loads(value) if name in _LISTS and value is not None else value
                for name, value in row.items()
                if name not in ("course_id", "title", "as_of", "run_id")
            },
        }
        for row in rows
    ]


# Columns of `course_health` that hold lists.
_LISTS = ("alerts", "assumed")


def _bring_people(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    # Who left keeps the link to the log until the person is erased.
    found = {row.employee_id: dict(row._mapping) for row in connection.execute(select(people))}
    for row in rows:
        person = row["employee_id"]
        before = found.get(person, {"name": None, "email": None, "token": secrets.token_hex(12)})
        found[person] = {
            "employee_id": person,
            "name": before["name"],
            "email": before["email"],
            "org_unit_id": row["org_unit_id"],
            "role": row["role_id"],
            "manager_id": row["manager_id"],
            "token": before["token"],
        }
    _replace(connection, people, list(found.values()))
