"""A copy of all that is held about oneself, to read or for a program."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.responses import Response

from ptml.errors import UsageError
from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.audit import Entry, append
from ptml.review.pages.rendering import environment, language_of
from ptml.review.state import state_of
from ptml.review.store.database import as_ptml
from ptml.review.store.schema import people
from ptml.review.subjects.held import held_about
from ptml.review.subjects.others import Others

router = APIRouter()
FORMS = ("html", "json")
"""How a copy is written."""


@router.get("/me/copy.{form}", name="my_copy")
def my_copy(request: Request, viewer: SignedIn, form: str) -> Response:
    """The viewer's own copy as a file; nobody else's can be asked for."""
    review, person = state_of(request), viewer.employee_id
    if person is None or form not in FORMS:
        raise RefusedError(404)
    now = review.now()
    # To take others out of the copy one has to know them all.
    with as_ptml(), review.database.read() as connection:
        others = Others.of(connection, person)
    with review.database.begin() as connection:
        log_copy(connection, person, viewer.account_id, now)
        try:
            held = held_about(connection, review.published, others, person, now)
        except UsageError:
            raise RefusedError(404) from None
    text = readable(held, language_of(request)) if form == "html" else as_json(held)
    kind = "text/html; charset=utf-8" if form == "html" else "application/json"
    # A file and not a page: it is read without this server.
    named = {"Content-Disposition": f'attachment; filename="held-about-me.{form}"'}
    return Response(text, media_type=kind, headers=named)


def log_copy(connection: Connection, person: str, actor: str, now: Any) -> None:
    """Write down that a copy was taken."""
    token = connection.scalar(select(people.c.token).where(people.c.employee_id == person))
    append(connection, now, Entry(actor, "person.copy", token or "-", {}))


def as_json(held: dict[str, Any]) -> str:
    """A copy for a program."""
    return json.dumps(held, ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"


def readable(held: dict[str, Any], language: str) -> str:
    """A copy to read, as a page of its own that needs no other file."""
    return environment(language).get_template("copy.html").render(held=_opened(held))


def _opened(value: Any) -> Any:
    """The values, with lists that the tables hold as text as the lists that they are."""
    if isinstance(value, Mapping):
        return {name: _opened(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_opened(inner) for inner in value]
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return _opened(json.loads(value))
        except ValueError:
            # Somebody wrote a bracket.
            return value
    return value
