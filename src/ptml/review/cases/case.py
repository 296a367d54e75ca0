"""One case with all that is known of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from ptml.review.access.viewer import Viewer
from ptml.review.cases.deciding import NotThereError
from ptml.review.cases.states import ALLOWED, Kind, State
from ptml.review.cases.worklist import visible, with_names
from ptml.review.store.schema import (
    accounts,
    case_evidence,
    cases,
    courses,
    decisions,
    people,
    units,
)
from ptml.review.store.times import utc


@dataclass(frozen=True)
class Case:
    """A case as a page shows it.

    Attributes
    ----------
    case_id, enrolment_id, person, token, unit, course, stage, reason, state : str
        `person` is a pseudonym for who does not see names.
    unit_id : str or None
    course_id : str
    flagged_on, completed_on, due_on : date or None
    owner : str or None
    p_weak, p_low, p_high : float
        Probability of weak transfer, with its 90 % interval.
    base_value : float
        Log-odds of the estimate before anything of the case is known.
    unit_matter : str
        Why it is the matter of the unit; empty = it is not.
    reasons, interventions, what_if, rules, events : sequence of mapping
        As published.
    titles : mapping of str to str
        Titles of the courses of the events.
    history : sequence of Row
        Decisions with who made them, the newest last.
    version : int
    kinds : frozenset of Kind
        What may be decided now.
    undo_until : datetime or None
        Until when the viewer can take the last decision back.
    """

    case_id: str
    enrolment_id: str
    person: str
    token: str
    unit: str
    unit_id: str | None
    course: str
    course_id: str
    stage: str
    reason: str
    state: State
    flagged_on: date
    completed_on: date | None
    due_on: date | None
    owner: str | None
    p_weak: float
    p_low: float
    p_high: float
    base_value: float
    unit_matter: str
    reasons: Sequence[Mapping[str, Any]]
    interventions: Sequence[Mapping[str, Any]]
    what_if: Sequence[Mapping[str, Any]]
    rules: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]
    titles: Mapping[str, str]
    history: Sequence[Row[Any]]
    version: int
    kinds: frozenset[Kind]
    undo_until: datetime | None


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
    told = json.loads(row.evidence)
    history = _history(connection, case_id)
    return Case(
        case_id=row.case_id,
        enrolment_id=row.enrolment_id,
        person=person_of(row, viewer),
        token=row.token or "-",
        unit=row.unit or row.org_unit_id or "",
        unit_id=row.org_unit_id,
        course=row.title or row.course_id,
        course_id=row.course_id,
        stage=row.stage,
        reason=row.reason,
        state=State(row.state),
        flagged_on=row.flagged_on,
        completed_on=row.completed_on,
        due_on=row.due_on,
        owner=row.owner,
        p_weak=row.p_weak,
        p_low=row.p_low,
        p_high=row.p_high,
        base_value=told["base_value"],
        unit_matter=told["unit_matter"],
        reasons=told["reasons"],
        interventions=told["interventions"],
        what_if=told["what_if"],
        rules=told["rules"],
        events=told["events"],
        titles=_titles(connection, told["events"]),
        history=history,
        version=row.version,
        kinds=ALLOWED[State(row.state)],
        undo_until=_undo_until(history, viewer, now, undo_minutes),
    )


def person_of(row: Row[Any], viewer: Viewer) -> str:
    """How a person is called: by name or id, or by pseudonym for who does not see names."""
    if viewer.sees_names:
        return str(row.name or row.employee_id)
    return f"P-{(row.token or '-')[:8]}"


def _wanted() -> Any:
    return select(
        cases,
        case_evidence.c.evidence,
        people.c.name,
        people.c.token,
        units.c.name.label("unit"),
        courses.c.title,
        accounts.c.name.label("owner"),
    ).select_from(with_names().join(case_evidence, case_evidence.c.case_id == cases.c.case_id))


def _titles(connection: Connection, events: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    wanted = {event["course_id"] for event in events if event["course_id"]}
    found = select(courses).where(courses.c.course_id.in_(sorted(wanted)))
    return {row.course_id: row.title for row in connection.execute(found)}


def _history(connection: Connection, case_id: str) -> Sequence[Row[Any]]:
    return connection.execute(
        select(decisions, accounts.c.name.label("who"))
        .join(accounts, accounts.c.account_id == decisions.c.made_by)
        .where(decisions.c.case_id == case_id)
        .order_by(decisions.c.version)
    ).all()


def _undo_until(
    history: Sequence[Row[Any]], viewer: Viewer, now: datetime, minutes: int
) -> datetime | None:
    last = next((row for row in reversed(history) if row.undone_at is None), None)
    if last is None or last.made_by != viewer.account_id:
        return None
    until = utc(last.made_at) + timedelta(minutes=minutes)
    return until if now <= until else None
