"""The cases that a viewer may see: this week's, or all, by priority or as asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Join, Row, Select, distinct, func, or_, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.asked import Asked, conditions, order
from ptml.review.cases.finding import found_by
from ptml.review.cases.states import AGREED, ENDED, WAITING, Kind
from ptml.review.store.schema import accounts, cases, courses, decisions, people, units

MOST_COUNTED = 1_000
"""More is told as more than this: to count all would be to walk through all."""


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
        Cases that wait for a decision, this week or later; no more than one above `MOST_COUNTED`.
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

    @property
    def is_more(self) -> bool:
        """Whether more cases wait than were counted."""
        return self.waiting > MOST_COUNTED


@dataclass(frozen=True)
class Listed:
    """One page of the list.

    Attributes
    ----------
    rows : sequence of Row
        ``case_id, employee_id, name, token, unit, title, stage, reason, flagged_on, completed_on,
        state, owner, owner_id, due_on``.
    n_all : int
        Cases on all pages; no more than one above `MOST_COUNTED`.
    """

    rows: Sequence[Row[Any]]
    n_all: int

    @property
    def is_more(self) -> bool:
        """Whether there are more cases than were counted."""
        return self.n_all > MOST_COUNTED


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
        _count(connection, *waiting, _is_back(ends_on)),
    )


def listed(
    connection: Connection, viewer: Viewer, asked: Asked, week: Week, size: int, page: int = 1
) -> Listed:
    """The viewer's cases that are asked for, `size` a page."""
    words = found_by(connection, viewer, asked.words)
    where = [visible(viewer), *conditions(viewer, asked), *words]
    begin, end = (page - 1) * size, page * size
    if asked.shown == "week":
        found, n_all = _of_week(connection, where, viewer, asked, week, end)
    elif asked.shown == "all" and asked.sort == "priority":
        found = _of_all(connection, where, max(MOST_COUNTED + 1, end))
        n_all = min(len(found), MOST_COUNTED + 1)
    else:
        # Counted and cut in one walk.
        ids = select(cases.c.case_id).where(*where).order_by(*order(asked))
        found = list(connection.scalars(ids.limit(max(MOST_COUNTED + 1, end))))
        n_all = min(len(found), MOST_COUNTED + 1)
    # The names of the page's few rows alone, not of all that are sorted.
    some = found[begin:end]
    if not some:
        return Listed((), n_all)
    rows = connection.execute(_selected().where(cases.c.case_id.in_(some))).all()
    return Listed(sorted(rows, key=lambda row: some.index(row.case_id)), n_all)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a viewer may see a case: the one place that row rights are made of."""
    return viewer.reaches(cases.c.org_unit_id)


def with_names() -> Join:
    """Cases beside the person, unit, course and owner that they name, where these are known."""
    return (
        cases.outerjoin(people, people.c.employee_id == cases.c.employee_id)
        .outerjoin(units, units.c.org_unit_id == cases.c.org_unit_id)
        .outerjoin(courses, courses.c.course_id == cases.c.course_id)
        .outerjoin(accounts, accounts.c.account_id == cases.c.owner_id)
    )


def _of_week(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    viewer: Viewer,
    asked: Asked,
    week: Week,
    end: int,
) -> tuple[list[str], int]:
    """Ids, up to `end`, of what is due and of what waits as far as there is time; and how many."""
    due = (*where, cases.c.phase == AGREED, cases.c.due_on <= week.ends_on)
    first = (
        select(cases.c.case_id)
        .where(visible(viewer), cases.c.phase == WAITING, _is_back(week.ends_on))
        .order_by(cases.c.priority.desc(), cases.c.case_id)
        .limit(week.left)
    )
    fits = (*where, cases.c.case_id.in_(first))
    n_all = min(_count(connection, *due) + _count(connection, *fits), MOST_COUNTED + 1)
    by_day = (cases.c.due_on, cases.c.priority.desc(), cases.c.case_id)
    if asked.sort != "priority":
        some = select(cases.c.case_id).where(*due).order_by(*by_day).limit(MOST_COUNTED + 1)
        mixed = or_(cases.c.case_id.in_(some), cases.c.case_id.in_(first))
        ids = select(cases.c.case_id).where(*where, mixed).order_by(*order(asked))
        return list(connection.scalars(ids.limit(end))), n_all
    # One after the other, each in the order of an index: nothing is sorted.
    ids = select(cases.c.case_id)
    found = list(connection.scalars(ids.where(*due).order_by(*by_day).limit(end)))
    found += connection.scalars(ids.where(*fits).order_by(*by_day[1:]))
    return found, n_all


def _of_all(connection: Connection, where: Sequence[ColumnElement[bool]], most: int) -> list[str]:
    """Ids of what waits, then of what was agreed and what is finished: each walks an index."""
    found: list[str] = []
    first = (cases.c.priority.desc(), cases.c.case_id)
    for phase in (WAITING, AGREED, ENDED):
        ids = select(cases.c.case_id).where(*where, cases.c.phase == phase).order_by(*first)
        found += connection.scalars(ids.limit(most - len(found))) if len(found) < most else ()
    return found


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
    some = select(cases.c.case_id).where(*where).limit(MOST_COUNTED + 1).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def _selected() -> Select[Any]:
    return select(
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
    ).select_from(with_names())
