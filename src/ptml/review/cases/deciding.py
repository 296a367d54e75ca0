"""What a person decides about a case: written once, on what the person saw, or a conflict."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from ptml.errors import PtmlError
from ptml.review.access.viewer import Viewer
from ptml.review.audit import Entry, append
from ptml.review.cases.decision import Decision, wrong_in
from ptml.review.cases.states import ALLOWED, LEADS_TO, State
from ptml.review.cases.worklist import visible
from ptml.review.store.schema import cases, decisions, people
from ptml.review.store.times import utc
from ptml.review.words import N_, WrongInputError

_TOO_LATE = N_(
    "A decision can be taken back for {minutes} minutes. That time has passed: decide anew instead."
)


class ConflictError(PtmlError):
    """Somebody else decided after this viewer had opened the case."""

    exit_code = 75


class NotThereError(PtmlError):
    """No such case, or none that the viewer may see: nobody is told which."""


def decide(
    connection: Connection,
    viewer: Viewer,
    case_id: str,
    decision: Decision,
    now: datetime,
    today: date,
) -> None:
    """Write a decision, its audit line, and the case's new state: all or nothing.

    Parameters
    ----------
    today : date
        The day where the page is used.

    Raises
    ------
    NotThereError
    ConflictError
        When the case has another version than the viewer saw.
    WrongInputError
        When something is missing, or cannot be decided in the case's state.
    """
    case = _locked(connection, viewer, case_id)
    if case["version"] != decision.version:
        raise ConflictError("somebody else decided meanwhile")
    if decision.kind not in ALLOWED[State(case["state"])]:
        raise WrongInputError(
            "kind", N_("This cannot be decided any more. Look at the case again.")
        )
    for wrong in wrong_in(decision, today):
        raise wrong
    before = {
        "state": case["state"],
        "owner_id": case["owner_id"],
        "due_on": case["due_on"].isoformat() if case["due_on"] else None,
    }
    connection.execute(
        insert(decisions).values(
            decision_id=secrets.token_hex(8),
            case_id=case_id,
            version=case["version"] + 1,
            made_at=now,
            made_on=today,
            stage=case["stage"],
            made_by=viewer.account_id,
            kind=decision.kind.value,
            reason=decision.reason or None,
            note=decision.note or None,
            intervention=decision.intervention or None,
            owner=decision.owner or None,
            due_on=decision.due_on,
            outcome=decision.outcome or None,
            done_on=decision.done_on,
            before=before,
        )
    )
    _move(connection, case, LEADS_TO[decision.kind], viewer.account_id, decision.due_on)
    told = {"kind": decision.kind.value, "reason": decision.reason, "version": case["version"] + 1}
    _log(connection, now, viewer, "case.decide", case, told)


def undo(
    connection: Connection, viewer: Viewer, case_id: str, version: int, now: datetime, minutes: int
) -> None:
    """Take the last decision back, by who made it, within so many minutes.

    Raises
    ------
    NotThereError
    ConflictError
    WrongInputError
        When it is too late, or somebody else's.
    """
    case = _locked(connection, viewer, case_id)
    last = last_decision(connection, case_id)
    if case["version"] != version or last is None:
        raise ConflictError("somebody else decided meanwhile")
    if last["made_by"] != viewer.account_id:
        raise WrongInputError("undo", N_("Only the person who decided can take it back."))
    if now - utc(last["made_at"]) > timedelta(minutes=minutes):
        raise WrongInputError("undo", _TOO_LATE, minutes=minutes)
    connection.execute(
        update(decisions)
        .where(decisions.c.decision_id == last["decision_id"])
        .values(undone_at=now, undone_by=viewer.account_id)
    )
    before = last["before"]
    due = date.fromisoformat(before["due_on"]) if before["due_on"] else None
    _move(connection, case, State(before["state"]), before["owner_id"], due)
    _log(connection, now, viewer, "case.undo", case, {"version": case["version"] + 1})


def last_decision(connection: Connection, case_id: str) -> Mapping[str, Any] | None:
    """The newest decision that was not taken back."""
    row = connection.execute(
        select(decisions)
        .where(decisions.c.case_id == case_id, decisions.c.undone_at.is_(None))
        .order_by(decisions.c.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else dict(row._mapping)


def _locked(connection: Connection, viewer: Viewer, case_id: str) -> Mapping[str, Any]:
    wanted = select(cases, people.c.token).outerjoin(
        people, people.c.employee_id == cases.c.employee_id
    )
    mine = wanted.where(cases.c.case_id == case_id, visible(viewer)).with_for_update(of=cases)
    row = connection.execute(mine).one_or_none()
    if row is None:
        raise NotThereError("there is no such case")
    return dict(row._mapping)


def _move(
    connection: Connection,
    case: Mapping[str, Any],
    state: State,
    owner: str | None,
    due: date | None,
) -> None:
    moved = connection.execute(
        update(cases)
        .where(cases.c.case_id == case["case_id"], cases.c.version == case["version"])
        .values(state=state.value, owner_id=owner, due_on=due, version=case["version"] + 1)
    )
    if moved.rowcount != 1:
        raise ConflictError("somebody else decided meanwhile")


def _log(
    connection: Connection,
    now: datetime,
    viewer: Viewer,
    action: str,
    case: Mapping[str, Any],
    detail: Mapping[str, object],
) -> None:
    told = {"case": case["case_id"], **detail}
    append(connection, now, Entry(viewer.account_id, action, case["token"] or "-", told))
