"""A team's portrait: strengths and gaps of a group, never of a person."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from ptml.review.access.viewer import Viewer
from ptml.review.published.run import Published
from ptml.review.published.sums import team_levels as summed_levels
from ptml.review.store.schema import people, team_levels, team_needs, units

Rows = Sequence[Any]
"""Rows of a query, by name."""


@dataclass(frozen=True)
class Team:
    """One unit as its manager sees it.

    Attributes
    ----------
    unit, name : str
    n_people : int
        Of the unit itself.
    is_shown : bool
        False for a unit of fewer people than a group may have: then nothing below is told.
    gaps, strengths : sequence of Row
        ``name, people, level, required, gap``; the largest gap first, and competencies in
        which nearly everybody is where the role wants them.
    need : Row or None
        ``cause, evidence, matter`` of the unit as published.
    below : sequence of Row
        ``org_unit_id, name`` of the units right below.
    """

    unit: str
    name: str
    n_people: int
    is_shown: bool
    gaps: Rows
    strengths: Rows
    need: Any
    below: Rows


# A mean gap under a tenth of a level is within what assessments can tell.
_LEAST_GAP = 0.1


def bring_teams(connection: Connection, published: Published, least: int) -> None:
    """Bring a run's sums over units in; groups under `least` people are left out."""
    levels = [
        {**row, "name": row["name"] or row["competency_id"]}
        for row in summed_levels(published, least)
    ]
    matters = {row["org_unit_id"]: row for row in published.rows("unit_warnings")}
    needs = [
        {
            "org_unit_id": row["org_unit_id"],
            "people": row["people"],
            "cause": row["cause"],
            "evidence": json.loads(row["evidence"]),
            "matter": _matter(matters.get(row["org_unit_id"])),
        }
        for row in published.rows("needs")
        if row["competency_id"] is None and row["people"] >= least
    ]
    for table, rows in ((team_levels, levels), (team_needs, needs)):
        connection.execute(delete(table))
        if rows:
            connection.execute(insert(table), rows)


def _matter(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if row is None or not row["flagged"]:
        return None
    return {name: json.loads(row[name]) for name in ("reasons", "interventions")}


def teams_of(connection: Connection, viewer: Viewer, words: str = "") -> Rows:
    """Units that the viewer may see, ``org_unit_id, name, people, above``, by name.

    ``people`` counts a unit's own; ``above`` is the name of the unit above it.
    """
    upper = units.alias("upper")
    counted = (
        select(people.c.org_unit_id, func.count().label("people"))
        .where(viewer.reaches(people.c.org_unit_id))
        .group_by(people.c.org_unit_id)
        .subquery()
    )
    wanted = (
        select(
            units.c.org_unit_id,
            units.c.name,
            func.coalesce(counted.c.people, 0).label("people"),
            upper.c.name.label("above"),
        )
        .outerjoin(upper, upper.c.org_unit_id == units.c.parent_id)
        .outerjoin(counted, counted.c.org_unit_id == units.c.org_unit_id)
        .where(viewer.reaches(units.c.org_unit_id))
        .order_by(units.c.name, units.c.org_unit_id)
    )
    for word in words.split():
        wanted = wanted.where(units.c.name.icontains(word, autoescape=True))
    return connection.execute(wanted).all()


def team_of(connection: Connection, viewer: Viewer, unit: str, least: int) -> Team | None:
    """One unit; None where there is none, or none that the viewer may see."""
    found = connection.execute(
        select(units.c.org_unit_id, units.c.name).where(
            units.c.org_unit_id == unit, viewer.reaches(units.c.org_unit_id)
        )
    ).one_or_none()
    if found is None:
        return None
    n = connection.scalar(
        select(func.count()).select_from(people).where(people.c.org_unit_id == unit)
    )
    n_people = int(n or 0)
    is_shown = n_people >= least
    levels = _levels(connection, unit) if is_shown else []
    below = select(units.c.org_unit_id, units.c.name).where(units.c.parent_id == unit)
    return Team(
        unit=unit,
        name=found.name,
        n_people=n_people,
        is_shown=is_shown,
        gaps=[row for row in levels if row.gap >= _LEAST_GAP],
        strengths=[row for row in reversed(levels) if row.gap < _LEAST_GAP],
        need=_need(connection, unit) if is_shown else None,
        below=connection.execute(below.order_by(units.c.name)).all(),
    )


def _levels(connection: Connection, unit: str) -> Rows:
    return connection.execute(
        select(team_levels)
        .where(team_levels.c.org_unit_id == unit)
        .order_by(team_levels.c.gap.desc(), team_levels.c.competency_id)
    ).all()


def _need(connection: Connection, unit: str) -> Any:
    wanted = select(team_needs).where(team_needs.c.org_unit_id == unit)
    return connection.execute(wanted).one_or_none()
