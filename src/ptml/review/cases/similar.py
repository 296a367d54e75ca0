"""Closed cases like one, and how they went: within the viewer's scope, without names."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.states import OUTCOMES, Kind, State
from ptml.review.cases.worklist import visible
from ptml.review.store.schema import cases, decisions

# Of each kind: more would not say it better, and take longer.
_MOST = 50
_LISTED = 5


@dataclass(frozen=True)
class Went:
    """How one closed case went.

    Attributes
    ----------
    outcome : str
    intervention : str or None
        What was agreed; None = no help.
    is_same_course : bool
        Else only the main reason is the same.
    """

    outcome: str
    intervention: str | None
    is_same_course: bool


@dataclass(frozen=True)
class Similar:
    """How closed cases like one went.

    Attributes
    ----------
    n : int
        How many were looked at: all there are, or a sample of at most 100.
    outcomes : mapping of str to int
        By outcome, those that came about.
    newest : sequence of Went
        A few; empty for too few.
    """

    n: int
    outcomes: Mapping[str, int]
    newest: Sequence[Went]


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
    same_course = set(_sample(connection, viewer, cases.c.course_id == course_id))
    same_reason = set(_sample(connection, viewer, cases.c.reason == reason))
    rows = _outcomes(connection, (same_course | same_reason) - {case_id})
    if len(rows) < least_group:
        return Similar(len(rows), {}, ())
    counts = Counter(row.outcome for row in rows)
    told = {outcome: counts[outcome] for outcome in OUTCOMES if counts[outcome]}
    return Similar(len(rows), told, _told(connection, rows[:_LISTED], same_course))


def _sample(connection: Connection, viewer: Viewer, is_alike: ColumnElement[bool]) -> list[str]:
    """Ids of closed cases; they are drawn at random, so the first of them are a fair sample."""
    closed = select(cases.c.case_id).where(visible(viewer), cases.c.state == State.closed, is_alike)
    return list(connection.scalars(closed.order_by(cases.c.case_id).limit(_MOST)))


def _outcomes(connection: Connection, ids: Collection[str]) -> Sequence[Any]:
    return connection.execute(
        select(decisions.c.case_id, decisions.c.outcome)
        .where(
            decisions.c.case_id.in_(ids),
            decisions.c.kind == Kind.outcome,
            decisions.c.undone_at.is_(None),
        )
        .order_by(decisions.c.made_at.desc(), decisions.c.decision_id)
    ).all()


def _told(
    connection: Connection, rows: Sequence[Any], same_course: Collection[str]
) -> tuple[Went, ...]:
    assigned = (
        select(decisions.c.case_id, decisions.c.intervention)
        .where(
            decisions.c.case_id.in_([row.case_id for row in rows]),
            decisions.c.kind == Kind.assign,
            decisions.c.undone_at.is_(None),
        )
        .order_by(decisions.c.version)
    )
    helped = {row.case_id: row.intervention for row in connection.execute(assigned)}
    return tuple(
        Went(row.outcome, helped.get(row.case_id), row.case_id in same_course) for row in rows
    )
