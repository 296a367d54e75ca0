"""Closed cases like one, and how they went: within the viewer's scope, without names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.states import OUTCOMES, Kind, State
from ptml.review.cases.worklist import visible
from ptml.review.store.schema import cases, decisions

# Of each kind: more would not say it better, and take longer.
_MOST = 100
_LISTED = 5


@dataclass(frozen=True)
class Similar:
    """How closed cases like one went.

    Attributes
    ----------
    n : int
        How many were looked at: all there are, or a sample of at most 200.
    outcomes : mapping of str to int
        By outcome, those that came about.
    newest : sequence of Row
        ``outcome, intervention, is_same_course`` of a few; empty for too few.
    """

    n: int
    outcomes: Mapping[str, int]
    newest: Sequence[Row[Any]]


def similar(
    connection: Connection,
    viewer: Viewer,
    case_id: str,
    course_id: str,
    reason: str,
    least_group: int,
) -> Similar:
    """Look at closed cases of the same course or the same main reason.

    Fewer than `least_group` are counted and not told: who knows the people would know whose case
    went how.
    """
    alike = [
        cases.c.case_id.in_(_sample(connection, viewer, column == value))
        for column, value in ((cases.c.course_id, course_id), (cases.c.reason, reason))
    ]
    rows = connection.execute(
        select(
            decisions.c.outcome,
            _helped_by().label("intervention"),
            (cases.c.course_id == course_id).label("is_same_course"),
        )
        .join(cases, cases.c.case_id == decisions.c.case_id)
        .where(
            or_(*alike),
            cases.c.case_id != case_id,
            decisions.c.kind == Kind.outcome,
            decisions.c.undone_at.is_(None),
        )
        .order_by(decisions.c.made_at.desc(), decisions.c.decision_id)
    ).all()
    if len(rows) < least_group:
        return Similar(len(rows), {}, ())
    counts = Counter(row.outcome for row in rows)
    told = {outcome: counts[outcome] for outcome in OUTCOMES if counts[outcome]}
    return Similar(len(rows), told, rows[:_LISTED])


def _sample(connection: Connection, viewer: Viewer, is_alike: ColumnElement[bool]) -> list[str]:
    """Ids of closed cases; they are drawn at random, so the first of them are a fair sample."""
    closed = select(cases.c.case_id).where(visible(viewer), cases.c.state == State.closed, is_alike)
    return list(connection.scalars(closed.order_by(cases.c.case_id).limit(_MOST)))


def _helped_by() -> Any:
    assigned = decisions.alias()
    return (
        select(assigned.c.intervention)
        .where(
            assigned.c.case_id == decisions.c.case_id,
            assigned.c.kind == Kind.assign,
            assigned.c.undone_at.is_(None),
        )
        .order_by(assigned.c.version.desc())
        .limit(1)
        .correlate(decisions)
        .scalar_subquery()
    )
