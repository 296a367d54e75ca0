"""One case with all that is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.deciding import NotThereError
from ptml.review.cases.states import ALLOWED, Kind, State
from ptml.review.cases.worklist import visible
from ptml.review.store.schema import accounts, cases, courses, decisions, people, units
from ptml.review.store.times import utc


@dataclass(frozen=True)
class Case:
    """A case as a page shows it.

    Attributes
    ----------
    case_id, person, token, unit, course, stage, state : str
        `person` is a pseudonym for who does not see names.
    flagged_on, completed_on, due_on : date or None
    owner : str or None
    p_weak, p_low, p_high : float
        Probability of weak transfer, with its 90 % interval.
    reasons, interventions, what_if, rules, events : sequence of mapping
        As published.
    history : sequence of Row
        Decisions with who made them, the newest last.
    version : int
    kinds : frozenset of Kind
        What the viewer may decide now.
    can_undo : bool
    """

    case_id: str
    person: str
    token: str
    unit: str
    course: str
    stage: str
    state: State
    flagged_on: date
    completed_on: date | None
    due_on: date | None
    owner: str | None
    p_weak: float
    p_low: float
    p_high: float
    reasons: Sequence[Mapping[str, Any]]
    interventions: Sequence[Mapping[str, Any]]
    what_if: Sequence[Mapping[str, Any]]
    rules: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]
    history: Sequence[Row[Any]]
    version: int
    kinds: frozenset[Kind]
    can_undo: bool


def case_of(
    connection: Connection, viewer: Viewer, case_id: str, now: datetime, undo_minutes: int
) -> Case:
    """Look one case up.

    Raises
    ------
    NotThereError
        When there is none, or none that the viewer may see.
    """
    row = connection.execute(_wanted().where(cases.c.case_id == case_id, visible(viewer))).first()
    if row is None:
        raise NotThereError("there is no such case")
    told = row.evidence
    history = _history(connection, case_id)
    return Case(
        case_id=row.case_id,
        person=person_of(row, viewer),
        token=row.token or "-",
        unit=row.unit or row.org_unit_id or "",
        course=row.title or row.course_id,
        stage=row.stage,
        state=State(row.state),
        flagged_on=row.flagged_on,
        completed_on=row.completed_on,
        due_on=row.due_on,
        owner=row.owner,
        p_weak=row.p_weak,
        p_low=row.p_low,
        p_high=row.p_high,
        reasons=told["reasons"],
        interventions=told["interventions"],
        what_if=told["what_if"],
        rules=told["rules"],
        events=told["events"],
        history=history,
        version=row.version,
        kinds=ALLOWED[State(row.state)],
        can_undo=_can_undo(history, viewer, now, undo_minutes),
    )


def person_of(row: Row[Any], viewer: Viewer) -> str:
    """How a person is called: by name or id, or by pseudonym for who does not see names."""
    if viewer.sees_names:
        return str(row.name or row.employee_id)
    return f"P-{(row.token or '-')[:8]}"


def _wanted() -> Any:
    return (
        select(
            cases,
            people.c.name,
            people.c.token,
            units.c.name.label("unit"),
            courses.c.title,
            accounts.c.name.label("owner"),
        )
        .select_from(cases)
        .outerjoin(people, people.c.employee_id == cases.c.employee_id)
        .outerjoin(units, units.c.org_unit_id == cases.c.org_unit_id)
        .outerjoin(courses, courses.c.course_id == cases.c.course_id)
        .outerjoin(accounts, accounts.c.account_id == cases.c.owner_id)
    )


def _history(connection: Connection, case_id: str) -> Sequence[Row[Any]]:
    return connection.execute(
        select(decisions, accounts.c.name.label("who"))
        .join(accounts, accounts.c.account_id == decisions.c.made_by)
        .where(decisions.c.case_id == case_id)
        .order_by(decisions.c.version)
    ).all()


def _can_undo(history: Sequence[Row[Any]], viewer: Viewer, now: datetime, minutes: int) -> bool:
    last = next((row for row in reversed(history) if row.undone_at is None), None)
    if last is None or last.made_by != viewer.account_id:
        return False
    return now - utc(last.made_at) <= timedelta(minutes=minutes)
