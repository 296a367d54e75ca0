"""The cases that a viewer may see: this week's, or all, by priority or as asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, distinct, func, or_, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.asked import Asked, conditions, order
from ptml.review.cases.states import AGREED, WAITING, Kind
from ptml.review.store.schema import accounts, cases, courses, decisions, people, units


@dataclass(frozen=True)
class Week:
    """What a viewer's week holds.

    Attributes
    ----------
    ends_on : date
        Sunday.
    capacity, decided : int
        Cases that can be looked at in a week, and that the viewer decided on since Monday.
    due, overdue : int
        Agreed with a day up to the end of the week, and of these with a day that has passed.
    waiting : int
        Cases that wait for a decision, this week or later.
    """

    ends_on: date
    capacity: int
    decided: int
    due: int
    overdue: int
    waiting: int

    @property
    def left(self) -> int:
        """Cases that there is still time for."""
        return max(self.capacity - self.decided, 0)

    @property
    def beyond(self) -> int:
        """Cases that wait and do not fit into the week."""
        return max(self.waiting - self.left, 0)


@dataclass(frozen=True)
class Listed:
    """One page of the list.

    Attributes
    ----------
    rows : sequence of Row
        ``case_id, employee_id, name, token, unit, title, stage, reason, flagged_on, completed_on,
        state, owner, owner_id, due_on``.
    n_all : int
        Cases on all pages.
    """

    rows: Sequence[Row[Any]]
    n_all: int


def week_of(connection: Connection, viewer: Viewer, today: date, capacity: int) -> Week:
    """Count what the week of a day holds for a viewer."""
    monday = today - timedelta(days=today.weekday())
    ends_on = monday + timedelta(days=6)
    agreed = (visible(viewer), cases.c.phase == AGREED)
    waiting = (visible(viewer), cases.c.phase == WAITING)
    return Week(
        ends_on,
        capacity,
        _decided(connection, viewer, monday),
        _count(connection, *agreed, cases.c.due_on <= ends_on),
        _count(connection, *agreed, cases.c.due_on < today),
        _count(connection, *waiting) - _count(connection, *waiting, cases.c.due_on > ends_on),
    )


def listed(
    connection: Connection, viewer: Viewer, asked: Asked, week: Week, size: int, page: int = 1
) -> Listed:
    """The viewer's cases that are asked for, `size` a page."""
    where = [visible(viewer), *conditions(viewer, asked)]
    if asked.shown == "week":
        where.append(_in_week(viewer, week))
    n_all = _count(connection, *where)
    # The page first, then the names of its few rows: not those of all that are sorted.
    ids = select(cases.c.case_id).where(*where).order_by(*order(asked))
    of_page = ids.limit(size).offset((page - 1) * size).subquery()
    wanted = _selected().where(cases.c.case_id.in_(select(of_page.c.case_id)))
    return Listed(connection.execute(wanted.order_by(*order(asked))).all(), n_all)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a viewer may see a case: the one place that row rights are made of."""
    return viewer.reaches(cases.c.org_unit_id)


def _in_week(viewer: Viewer, week: Week) -> ColumnElement[bool]:
    """What is due, and as many of what waits as there is time for."""
    due = and_(cases.c.phase == AGREED, cases.c.due_on <= week.ends_on)
    first = (
        select(cases.c.case_id)
        .where(visible(viewer), cases.c.phase == WAITING, _is_back(week.ends_on))
        .order_by(cases.c.priority.desc(), cases.c.case_id)
        .limit(week.left)
    )
    return or_(due, cases.c.case_id.in_(first))


def _is_back(ends_on: date) -> ColumnElement[bool]:
    # Of what waits only a postponed case has a day.
    return or_(cases.c.due_on.is_(None), cases.c.due_on <= ends_on)


def _decided(connection: Connection, viewer: Viewer, monday: date) -> int:
    since = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    made = select(func.count(distinct(decisions.c.case_id))).where(
        decisions.c.made_by == viewer.account_id,
        decisions.c.made_at >= since,
        decisions.c.undone_at.is_(None),
        decisions.c.kind != Kind.outcome,
    )
    return int(connection.scalar(made) or 0)


def _count(connection: Connection, *where: ColumnElement[bool]) -> int:
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
            cases.c.owner_id,
            accounts.c.name.label("owner"),
            cases.c.due_on,
        )
        .select_from(cases)
        .outerjoin(people, people.c.employee_id == cases.c.employee_id)
        .outerjoin(units, units.c.org_unit_id == cases.c.org_unit_id)
        .outerjoin(courses, courses.c.course_id == cases.c.course_id)
        .outerjoin(accounts, accounts.c.account_id == cases.c.owner_id)
    )
