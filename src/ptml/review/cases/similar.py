"""Closed cases like one, and how they went: within the viewer's scope, without names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.states import OUTCOMES, Kind, State
from ptml.review.cases.worklist import visible
from ptml.review.store.schema import cases, decisions

# The newest say enough of how such cases go now.
_MOST = 200
_LISTED = 5


@dataclass(frozen=True)
class Similar:
    """How closed cases like one went.

    Attributes
    ----------
    n : int
        How many there are, at most 200 of the newest.
    outcomes : mapping of str to int
        By outcome, those that came about.
    newest : sequence of Row
        ``outcome, intervention, is_same_course, is_same_reason`` of a few; empty for too few.
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
    is_same_course = cases.c.course_id == course_id
    is_same_reason = cases.c.reason == reason
    rows = connection.execute(
        select(
            decisions.c.outcome,
            _helped_by().label("intervention"),
            is_same_course.label("is_same_course"),
            is_same_reason.label("is_same_reason"),
        )
        .join(cases, cases.c.case_id == decisions.c.case_id)
        .where(
            visible(viewer),
            cases.c.state == State.closed,
            or_(is_same_course, is_same_reason),
            cases.c.case_id != case_id,
            decisions.c.kind == Kind.outcome,
            decisions.c.undone_at.is_(None),
        )
        .order_by(decisions.c.made_at.desc(), decisions.c.decision_id)
        .limit(_MOST)
    ).all()
    if len(rows) < least_group:
        return Similar(len(rows), {}, ())
    counts = Counter(row.outcome for row in rows)
    told = {outcome: counts[outcome] for outcome in OUTCOMES if counts[outcome]}
    return Similar(len(rows), told, rows[:_LISTED])


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
