"""Levels of teams, added up once when a run is brought in."""

from collections.abc import Mapping, Sequence
from typing import Any

from ptml.review.published.run import Published
from ptml.review.published.sql import asked, named_rows

# People of a unit itself, not of the units below: groups that do not overlap cannot be taken from
# one another, so that no small group shows as a difference of two large ones.
_LEVELS = """
    SELECT people.org_unit_id, portraits.competency_id,
        any_value(names.name) AS name,
        count(*) AS people,
        avg(portraits.level) AS level,
        avg(portraits.required) AS required,
        avg(portraits.gap) AS gap
    FROM portraits JOIN people USING (employee_id)
    LEFT JOIN names ON names.kind = 'competency' AND names.id = portraits.competency_id
    WHERE people.org_unit_id IS NOT NULL AND portraits.required IS NOT NULL
    GROUP BY ALL HAVING count(*) >= $1
    ORDER BY ALL
"""
_TABLES = ("portraits", "people", "names")
_AT_ONCE = 10_000


def team_levels(published: Published, least: int) -> Sequence[Mapping[str, Any]]:
    """Mean levels by unit and competency, where so many people or more are meant."""
    with asked(published, _TABLES) as connection:
        found = connection.execute(_LEVELS, [least])
        return [row for rows in named_rows(found, _AT_ONCE) for row in rows]
