"""What people object to, and the answers of those who decide."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.access.viewer import Viewer
from ptml.review.audit import Entry, append
from ptml.review.pages.rendering import page
from ptml.review.people.objecting import AnsweredError, answer, objections_of
from ptml.review.state import state_of
from ptml.review.words import WrongInputError

router = APIRouter()


@router.get("/objections", name="objections")
def objections(request: Request, viewer: SignedIn) -> Response:
    """Objections of people whom the viewer may see."""
    return _shown(request, viewer)


@router.post("/objections/{objection_id}", name="answer")
def answer_one(
    request: Request,
    viewer: SignedIn,
    objection_id: str,
    text: Annotated[str, Form()] = "",
) -> Response:
    """Answer one; the person reads it on the own page."""
    review = state_of(request)
    try:
        with review.database.begin() as connection:
            is_there = answer(connection, viewer, objection_id, text, review.now())
    except WrongInputError as wrong:
        status = 409 if isinstance(wrong, AnsweredError) else 422
        return _shown(request, viewer, status, wrong=wrong, typed=text)
    if not is_there:
        raise RefusedError(404)
    return RedirectResponse(request.app.url_path_for("objections"), 303)


def _shown(
    request: Request,
    viewer: Viewer,
    status: int = 200,
    *,
    wrong: WrongInputError | None = None,
    typed: str = "",
) -> Response:
    review = state_of(request)
    with review.database.read() as connection:
        found = objections_of(connection, viewer)
    # Written before anything is shown, and apart: a look must not keep those waiting who decide.
    with review.database.begin() as connection:
        told = {"shown": len(found)}
        append(connection, review.now(), Entry(viewer.account_id, "objections.list", "-", told))
    return page(request, "objections.html", status, objections=found, wrong=wrong, typed=typed)
