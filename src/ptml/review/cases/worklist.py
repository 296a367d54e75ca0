"""The cases that a viewer may see, by priority."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.states import ACTED_ON, FINISHED, UNDECIDED, State
from ptml.review.store.schema import accounts, cases, courses, people, units

SHOWN = {
    "open": UNDECIDED,
    "acted": ACTED_ON,
    "closed": FINISHED,
}
"""What the list can be narrowed to by state."""
SORTS = ("priority", "due", "unit", "course", "completed")


class Asked(BaseModel):
    """What the viewer narrowed the list to; an empty word = all.

    Attributes
    ----------
    shown : str
        Of `SHOWN`.
    mine : bool
        Only cases that the viewer has taken.
    unit, course, reason, stage, words, sort : str
    page : int
        From 1.
    """

    model_config = ConfigDict(frozen=True)

    shown: str = "open"
    mine: bool = False
    unit: str = ""
    course: str = ""
    reason: str = ""
    stage: str = ""
    words: str = ""
    sort: str = "priority"
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True)
class Listed:
    """One page of the list.

    Attributes
    ----------
    rows : sequence of Row
        ``case_id, name, unit, title, stage, reason, completed_on, state, owner, due_on``.
    n_all : int
        Cases on all pages.
    """

    rows: Sequence[Row[Any]]
    n_all: int


def listed(connection: Connection, viewer: Viewer, asked: Asked, size: int) -> Listed:
    """The viewer's cases that are asked for, `size` a page."""
    where = _conditions(viewer, asked)
    n_all = connection.scalar(select(func.count()).select_from(cases).where(*where)) or 0
    rows = connection.execute(
        _selected()
        .where(*where)
        .order_by(*_order(asked))
        .limit(size)
        .offset((asked.page - 1) * size)
    ).all()
    return Listed(rows, int(n_all))


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a viewer may see a case: the one place that row rights are made of."""
    return viewer.reaches(cases.c.org_unit_id)


def n_overdue(connection: Connection, viewer: Viewer, today: date) -> int:
    """The viewer's cases whose agreed day has passed."""
    where = (visible(viewer), cases.c.state.in_(ACTED_ON), cases.c.due_on < today)
    return int(connection.scalar(select(func.count()).select_from(cases).where(*where)) or 0)


def _selected() -> Select[Any]:
    return (
        select(
            cases.c.case_id,
            cases.c.employee_id,
            people.c.name,
            people.c.token,
            units.c.name.label("unit"),
            courses.c.title,
            cases.c.stage,
            cases.c.reason,
            cases.c.flagged_on,
            cases.c.completed_on,
            cases.c.state,
            accounts.c.name.label("owner"),
            cases.c.due_on,
        )
        .select_from(cases)
        .outerjoin(people, people.c.employee_id == cases.c.employee_id)
        .outerjoin(units, units.c.org_unit_id == cases.c.org_unit_id)
        .outerjoin(courses, courses.c.course_id == cases.c.course_id)
        .outerjoin(accounts, accounts.c.account_id == cases.c.owner_id)
    )


def _conditions(viewer: Viewer, asked: Asked) -> list[ColumnElement[bool]]:
    states: tuple[State, ...] = SHOWN.get(asked.shown, UNDECIDED)
    found = [visible(viewer), cases.c.state.in_(states)]
    if asked.mine:
        found.append(cases.c.owner_id == viewer.account_id)
    for column, value in (
        (cases.c.org_unit_id, asked.unit),
        (cases.c.course_id, asked.course),
        (cases.c.reason, asked.reason),
        (cases.c.stage, asked.stage),
    ):
        if value:
            found.append(column == value)
    words = asked.words.casefold().split()
    return found + [cases.c.search_text.contains(word, autoescape=True) for word in words]


def _order(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "priority": (cases.c.priority.desc(),),
        "due": (cases.c.due_on.is_(None), cases.c.due_on),
        "unit": (cases.c.org_unit_id,),
        "course": (cases.c.course_id,),
        "completed": (cases.c.completed_on,),
    }
    # The id last: a page never repeats or leaves out a case for an equal order.
    return (*orders.get(asked.sort, orders["priority"]), cases.c.case_id)
