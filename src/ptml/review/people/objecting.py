"""A person objects to what is held about them, or corrects it; a named person answers."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ptml.review.access.viewer import Viewer
from ptml.review.audit import Entry, append
from ptml.review.store.schema import objections, people, units
from ptml.review.words import N_, WrongInputError

KINDS = ("correct", "object", "explain")
"""Something is wrong; I do not want to be in it; I want to talk to somebody."""
ABOUT = ("portrait", "recommendations", "warning", "other")
_MOST = 4_000
_SHOWN = 50


class AnsweredError(WrongInputError):
    """Somebody else answered after this viewer had opened the page."""


def object_to(
    connection: Connection, viewer: Viewer, kind: str, about: str, text: str, now: datetime
) -> None:
    """Write an objection of the viewer's own down.

    Raises
    ------
    WrongInputError
        When something is missing.
    """
    if kind not in KINDS:
        raise WrongInputError("kind", N_("Choose what you want."))
    if about not in ABOUT:
        raise WrongInputError("about", N_("Choose what it is about."))
    if not text.strip():
        raise WrongInputError("text", N_("Write what is wrong, or what you want."))
    if len(text) > _MOST:
        raise WrongInputError("text", N_("Write at most {most} characters."), most=_MOST)
    number = secrets.token_hex(8)
    connection.execute(
        insert(objections).values(
            objection_id=number,
            employee_id=viewer.employee_id,
            made_at=now,
            kind=kind,
            about=about,
            text=text.strip(),
            state="open",
        )
    )
    token = select(people.c.token).where(people.c.employee_id == viewer.employee_id)
    told = {"objection": number, "kind": kind}
    entry = Entry(viewer.account_id, "objection.make", connection.scalar(token) or "-", told)
    append(connection, now, entry)


def objections_of(connection: Connection, viewer: Viewer) -> Sequence[Row[Any]]:
    """Objections that the viewer may answer, the oldest first, then some newest answered ones."""
    is_open = objections.c.state == "open"
    waiting = _wanted(viewer).where(is_open).order_by(objections.c.made_at)
    answered = _wanted(viewer).where(~is_open).order_by(objections.c.answered_at.desc())
    return [
        *connection.execute(waiting).all(),
        *connection.execute(answered.limit(_SHOWN)).all(),
    ]


def answer(
    connection: Connection, viewer: Viewer, objection_id: str, text: str, now: datetime
) -> bool:
    """Answer an objection; False where there is none that the viewer may answer.

    Raises
    ------
    AnsweredError
        When somebody has answered already.
    WrongInputError
        When nothing was written, or too much.
    """
    # First: what is wrong with an answer would tell that there is something to answer.
    mine = _wanted(viewer).where(objections.c.objection_id == objection_id)
    row = connection.execute(mine).one_or_none()
    if row is None:
        return False
    field = f"answer-{objection_id}"
    if row.state != "open":
        raise AnsweredError(
            field, N_("Somebody has answered meanwhile. Your answer was not sent; it stands below.")
        )
    if not text.strip():
        raise WrongInputError(field, N_("Write an answer."))
    if len(text) > _MOST:
        raise WrongInputError(field, N_("Write at most {most} characters."), most=_MOST)
    connection.execute(
        update(objections)
        .where(objections.c.objection_id == objection_id)
        .values(
            state="answered",
            answer=text.strip(),
            answered_by=viewer.account_id,
            answered_at=now,
        )
    )
    told = {"objection": objection_id}
    append(connection, now, Entry(viewer.account_id, "objection.answer", row.token or "-", told))
    return True


def _wanted(viewer: Viewer) -> Any:
    return (
        select(objections, people.c.name, people.c.token, units.c.name.label("unit"))
        .select_from(objections)
        .join(people, people.c.employee_id == objections.c.employee_id)
        .outerjoin(units, units.c.org_unit_id == people.c.org_unit_id)
        .where(viewer.reaches(people.c.org_unit_id))
    )
