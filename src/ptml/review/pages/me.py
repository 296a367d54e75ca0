"""A person's own page."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.access.viewer import Viewer
from ptml.review.audit import Entry, append
from ptml.review.pages.rendering import page
from ptml.review.pages.switching import switched
from ptml.review.people.objecting import object_to
from ptml.review.people.own import own_page
from ptml.review.state import state_of
from ptml.review.words import WrongInputError

router = APIRouter()


@router.get("/me", name="me")
def me(request: Request, viewer: SignedIn, sent: bool = False) -> Response:
    """What is known of the viewer, what is offered and why, and what is held."""
    return _shown(request, viewer, is_sent=sent)


@router.post("/me/objections", name="object")
def object_(
    request: Request,
    viewer: SignedIn,
    kind: Annotated[str, Form()] = "",
    about: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    switch: Annotated[str, Form()] = "",
) -> Response:
    """Write an objection down."""
    review = state_of(request)
    typed = {"kind": kind, "about": about, "text": text}
    if viewer.employee_id is None:
        raise RefusedError(404)
    if switch:
        return switched(request, switch, lambda: _shown(request, viewer, typed=typed))
    try:
        with review.database.begin() as connection:
            object_to(connection, viewer, kind, about, text, review.now())
    except WrongInputError as wrong:
        return _shown(request, viewer, 422, wrong=wrong, typed=typed)
    return RedirectResponse(str(request.app.url_path_for("me")) + "?sent=true#objections", 303)


def _shown(
    request: Request,
    viewer: Viewer,
    status: int = 200,
    *,
    wrong: WrongInputError | None = None,
    typed: dict[str, str] | None = None,
    is_sent: bool = False,
) -> Response:
    review = state_of(request)
    if viewer.employee_id is None:
        return page(request, "me_unknown.html", status)
    with review.database.read() as connection:
        found = own_page(connection, review.published, viewer.employee_id)
    # Written before anything is shown, and apart: a look must not keep those waiting who decide.
    with review.database.begin() as connection:
        append(connection, review.now(), Entry(viewer.account_id, "own.look", "-", {}))
    entered = typed or {"kind": "", "about": "", "text": ""}
    return page(request, "me.html", status, own=found, wrong=wrong, typed=entered, is_sent=is_sent)
