"""What the list can be narrowed to, as far as a viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ptml.review.access.viewer import Viewer
from ptml.review.store.schema import courses, units

# A longer list nobody scrolls through: then the units that have others below stand for them.
_MOST_UNITS = 150


@dataclass(frozen=True)
class Choices:
    """Ids with names, by name.

    Attributes
    ----------
    units, courses : sequence of (str, str)
    """

    units: Sequence[tuple[str, str]]
    courses: Sequence[tuple[str, str]]


def choices(connection: Connection, viewer: Viewer) -> Choices:
    """What a viewer can choose from."""
    reached = select(units.c.org_unit_id, units.c.name, units.c.parent_id).where(
        viewer.reaches(units.c.org_unit_id)
    )
    found = connection.execute(reached.order_by(units.c.name)).all()
    if len(found) > _MOST_UNITS:
        parents = {row.parent_id for row in found}
        found = [row for row in found if row.org_unit_id in parents]
    titles = connection.execute(select(courses).order_by(courses.c.title)).all()
    return Choices(
        [(row.org_unit_id, row.name) for row in found],
        [(row.course_id, row.title) for row in titles],
    )
