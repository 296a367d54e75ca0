"""What a person sees of themselves: portrait, offers with their reasons, warnings, what is held."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from ptml.review.published.run import Published
from ptml.review.store.schema import (
    audit,
    case_evidence,
    cases,
    courses,
    decisions,
    objections,
    people,
)


@dataclass(frozen=True)
class Own:
    """One person's own page.

    Attributes
    ----------
    levels : sequence of mapping
        ``name, level, level_se, required, gap``, the largest gap first.
    plan : sequence of mapping
        Rows of `development_plans` with `name` and `titles` of courses, in the order of the plan.
    path : sequence of mapping
        Steps of the learning path with ``title``, ``first`` and ``last`` week from 1, ``running``
        and ``reasons``, in their order.
    offers : sequence of mapping
        ``title, reasons``, in the order of the list.
    cases : sequence of mapping
        ``title, flagged_on, state, reasons``: completions for which help was suggested.
    objections : sequence of Row
    held : mapping of str to int
        Rows about the person, by what they are.
    titles : mapping of str to str
        Of courses, by id.
    """

    levels: Sequence[Mapping[str, Any]]
    plan: Sequence[Mapping[str, Any]]
    path: Sequence[Mapping[str, Any]]
    offers: Sequence[Mapping[str, Any]]
    cases: Sequence[Mapping[str, Any]]
    objections: Sequence[Row[Any]]
    held: Mapping[str, int]
    titles: Mapping[str, str]


_PUBLISHED = (
    *("portraits", "recommendations", "lift", "warnings", "timelines", "paths", "segments"),
    *("development_plans", "path_plans"),
)


def own_page(connection: Connection, published: Published, employee: str) -> Own:
    """Look everything up that is shown to a person about themselves."""
    rows = {name: published.of_person(name, employee) for name in _PUBLISHED}
    names = published.names("competency")
    titles = {row.course_id: row.title for row in connection.execute(select(courses))}
    own = select(objections).where(objections.c.employee_id == employee)
    return Own(
        levels=_levels(rows["portraits"], names),
        plan=_plan(rows["development_plans"], names, titles),
        path=_path(rows["paths"], titles),
        offers=_offers(rows["recommendations"], titles),
        cases=_cases(connection, employee),
        objections=connection.execute(own.order_by(objections.c.made_at.desc())).all(),
        held={**{name: len(told) for name, told in rows.items()}, **_held(connection, employee)},
        titles=titles,
    )


def _cases(connection: Connection, employee: str) -> list[Mapping[str, Any]]:
    found = connection.execute(
        select(cases, case_evidence.c.evidence, courses.c.title)
        .join(case_evidence, case_evidence.c.case_id == cases.c.case_id)
        .outerjoin(courses, courses.c.course_id == cases.c.course_id)
        .where(cases.c.employee_id == employee)
        .order_by(cases.c.flagged_on.desc(), cases.c.case_id)
    )
    return [{**row._mapping, "reasons": json.loads(row.evidence)["reasons"]} for row in found]


def _levels(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[Mapping[str, Any]]:
    named = [{**row, "name": names.get(row["competency_id"], row["competency_id"])} for row in rows]
    return sorted(named, key=lambda row: (-(row["gap"] or 0), row["name"]))


def _plan(
    rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], titles: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for row in sorted(rows, key=lambda row: int(row["place"])):
        courses_for_it = [one["course_id"] for one in json.loads(row["courses"])]
        told = {
            "name": names.get(row["competency_id"], row["competency_id"]),
            "titles": [titles.get(course, course) for course in courses_for_it],
        }
        found.append({**row, **told})
    return found


def _path(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> list[Mapping[str, Any]]:
    # A run of an earlier version does not say when a step ends, nor why it is there.
    told = [row for row in rows if row.get("ends_in_week") is not None]
    return [
        {
            "title": titles.get(row["course_id"], row["course_id"]),
            "first": int(row["starts_in_week"]) + 1,
            "last": int(row["ends_in_week"]) + 1,
            "running": bool(row["running"]),
            "reasons": json.loads(row["reasons"]),
        }
        for row in sorted(told, key=lambda row: int(row["step"]))
    ]


def _offers(
    rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    ranked = sorted(rows, key=lambda row: int(row["rank"]))
    return [
        {
            "title": titles.get(row["course_id"], row["course_id"]),
            "reasons": json.loads(row["reasons"]),
        }
        for row in ranked
    ]


def _held(connection: Connection, employee: str) -> dict[str, int]:
    mine = select(cases.c.case_id).where(cases.c.employee_id == employee)
    token = select(people.c.token).where(people.c.employee_id == employee).scalar_subquery()
    counts = {
        "cases": select(func.count()).select_from(cases).where(cases.c.employee_id == employee),
        "decisions": select(func.count())
        .select_from(decisions)
        .where(decisions.c.case_id.in_(mine)),
        "looks": select(func.count()).select_from(audit).where(audit.c.subject == token),
    }
    return {name: int(connection.scalar(count) or 0) for name, count in counts.items()}
