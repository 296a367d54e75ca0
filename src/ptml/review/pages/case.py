"""One case: what was seen, how likely and why, what can be done, and the decision."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from sqlalchemy import Row
from starlette.responses import RedirectResponse, Response

from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.access.viewer import Viewer
from ptml.review.audit import Entry, append
from ptml.review.cases.case import Case, case_of
from ptml.review.cases.deciding import ConflictError, NotThereError, decide, undo
from ptml.review.cases.similar import Similar, similar
from ptml.review.pages.case_view import view_of
from ptml.review.pages.decision_form import DecisionForm
from ptml.review.pages.from_list import FromList
from ptml.review.pages.rendering import page
from ptml.review.pages.switching import switched
from ptml.review.state import state_of
from ptml.review.words import WrongInputError

router = APIRouter()


@router.get("/cases/{case_id}", name="case")
def case(
    request: Request, viewer: SignedIn, case_id: str, done: str = "", list: str = ""
) -> Response:
    """A case; that it was looked at is written down first."""
    return _shown(request, viewer, case_id, done=done, list=list)


@router.post("/cases/{case_id}/decisions", name="decide")
def decide_on(
    request: Request, viewer: SignedIn, case_id: str, form: Annotated[DecisionForm, Form()]
) -> Response:
    """Write a decision down, or show the case again with what is missing."""
    review = state_of(request)
    if form.switch:
        return switched(request, form.switch, lambda: _shown(request, viewer, case_id, form=form))
    decision = form.checked(review.today())
    if isinstance(decision, tuple):
        return _shown(request, viewer, case_id, 422, wrong=decision, form=form)
    try:
        with review.database.begin() as connection:
            decide(connection, viewer, case_id, decision, review.now(), review.today())
    except NotThereError:
        raise RefusedError(404) from None
    except ConflictError:
        return _shown(request, viewer, case_id, 409, form=form, seen_version=form.version)
    except WrongInputError as wrong:
        return _shown(request, viewer, case_id, 422, wrong=(wrong,), form=form)
    return _back(request, case_id, "saved", form.list)


@router.post("/cases/{case_id}/undo", name="undo")
def undo_last(
    request: Request,
    viewer: SignedIn,
    case_id: str,
    version: Annotated[int, Form()],
    list: Annotated[str, Form()] = "",
) -> Response:
    """Take the last decision back."""
    review = state_of(request)
    minutes = review.config.undo_minutes
    try:
        with review.database.begin() as connection:
            undo(connection, viewer, case_id, version, review.now(), minutes)
    except NotThereError:
        raise RefusedError(404) from None
    except ConflictError:
        return _shown(request, viewer, case_id, 409, seen_version=version, list=list)
    except WrongInputError as wrong:
        return _shown(request, viewer, case_id, 422, wrong=(wrong,), list=list)
    return _back(request, case_id, "undone", list)


def _back(request: Request, case_id: str, done: str, list: str) -> Response:
    query = FromList.of(list).query
    told = urlencode({"done": done, **({"list": query} if query else {})})
    return RedirectResponse(request.app.url_path_for("case", case_id=case_id) + f"?{told}", 303)


def _next(request: Request, viewer: Viewer, case_id: str, come_from: FromList) -> str | None:
    review = state_of(request)
    capacity = review.config.capacity_per_week
    with review.database.read() as connection:
        return come_from.after(connection, viewer, case_id, review.today(), capacity)


def _looked_at(request: Request, viewer: Viewer, case_id: str) -> tuple[Case, Similar]:
    review = state_of(request)
    now, config = review.now(), review.config
    with review.database.read() as connection:
        try:
            found = case_of(connection, viewer, case_id, now, config.undo_minutes)
        except NotThereError:
            raise RefusedError(404) from None
        alike = similar(
            connection, viewer, case_id, found.course_id, found.reason, config.least_group
        )
    # Written before anything is shown, and apart: a look must not keep those waiting who decide.
    with review.database.begin() as connection:
        entry = Entry(viewer.account_id, "case.look", found.token, {"case": case_id})
        append(connection, now, entry)
    return found, alike


def _shown(
    request: Request,
    viewer: Viewer,
    case_id: str,
    status: int = 200,
    *,
    wrong: Sequence[WrongInputError] = (),
    form: DecisionForm | None = None,
    seen_version: int | None = None,
    done: str = "",
    list: str = "",
) -> Response:
    """The page of a case; `seen_version` is what a viewer saw whom somebody was quicker than."""
    found, alike = _looked_at(request, viewer, case_id)
    told = dict(view_of(request, viewer, found, alike))
    come_from = FromList.of(form.list if form else list)
    if seen_version is not None:
        told["overtaken"] = _since(found, seen_version)
    return page(
        request,
        "case.html",
        status,
        case=found,
        wrong=wrong,
        is_conflict=seen_version is not None,
        form=form or DecisionForm(version=found.version),
        done=done,
        list_query=come_from.query,
        next_case=_next(request, viewer, case_id, come_from) if done == "saved" else None,
        **told,
    )


def _since(found: Case, version: int) -> list[Row[Any]]:
    return [row for row in found.history if row.version > version or _is_undone(row, version)]


def _is_undone(row: Row[Any], version: int) -> bool:
    return row.undone_at is not None and row.version == version
