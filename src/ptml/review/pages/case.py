"""One case: what was seen, how likely and why, what can be done, and the decision."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.audit import Entry, append
from ptml.review.cases.case import Case, case_of
from ptml.review.cases.deciding import ConflictError, NotThereError, decide, undo
from ptml.review.pages.decision_form import DecisionForm
from ptml.review.pages.rendering import page
from ptml.review.state import state_of
from ptml.review.words import WrongInputError

router = APIRouter()


@router.get("/cases/{case_id}", name="case")
def case(request: Request, viewer: SignedIn, case_id: str) -> Response:
    """A case; that it was looked at is written down first."""
    return _shown(request, _looked_at(request, case_id))


@router.post("/cases/{case_id}/decisions", name="decide")
def decide_on(
    request: Request, viewer: SignedIn, case_id: str, form: Annotated[DecisionForm, Form()]
) -> Response:
    """Write a decision down, or show the case again with what is missing."""
    review = state_of(request)
    try:
        decision = form.decision()
        with review.database.begin() as connection:
            decide(connection, viewer, case_id, decision, review.now())
    except NotThereError:
        raise RefusedError(404) from None
    except ConflictError:
        return _shown(request, _looked_at(request, case_id), 409, is_conflict=True, form=form)
    except WrongInputError as wrong:
        return _shown(request, _looked_at(request, case_id), 422, wrong=wrong, form=form)
    return RedirectResponse(request.app.url_path_for("case", case_id=case_id), 303)


@router.post("/cases/{case_id}/undo", name="undo")
def undo_last(
    request: Request, viewer: SignedIn, case_id: str, version: Annotated[int, Form()]
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
        return _shown(request, _looked_at(request, case_id), 409, is_conflict=True)
    except WrongInputError as wrong:
        return _shown(request, _looked_at(request, case_id), 422, wrong=wrong)
    return RedirectResponse(request.app.url_path_for("case", case_id=case_id), 303)


def _looked_at(request: Request, case_id: str) -> Case:
    review, viewer = state_of(request), request.state.viewer
    now = review.now()
    with review.database.begin() as connection:
        try:
            found = case_of(connection, viewer, case_id, now, review.config.undo_minutes)
        except NotThereError:
            raise RefusedError(404) from None
        entry = Entry(viewer.account_id, "case.look", found.token, {"case": case_id})
        append(connection, now, entry)
    return found


def _shown(
    request: Request,
    found: Case,
    status: int = 200,
    *,
    wrong: WrongInputError | None = None,
    is_conflict: bool = False,
    form: DecisionForm | None = None,
) -> Response:
    return page(
        request,
        "case.html",
        status,
        case=found,
        wrong=wrong,
        is_conflict=is_conflict,
        form=form or DecisionForm(version=found.version),
        today=state_of(request).now().date(),
    )
