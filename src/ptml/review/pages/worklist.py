"""Whom to look at this week."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ptml.review.access.gate import SignedIn
from ptml.review.audit import Entry, append
from ptml.review.cases.worklist import Asked, listed, n_overdue
from ptml.review.pages.rendering import page
from ptml.review.state import state_of

router = APIRouter()


@router.get("/cases", name="worklist")
def worklist(request: Request, viewer: SignedIn, asked: Annotated[Asked, Query()]) -> Response:
    """The viewer's cases."""
    review = state_of(request)
    now = review.now()
    with review.database.begin() as connection:
        found = listed(connection, viewer, asked, review.config.capacity_per_week)
        overdue = n_overdue(connection, viewer, now.date())
        told = {"shown": len(found.rows), "of": found.n_all}
        append(connection, now, Entry(viewer.account_id, "cases.list", "-", told))
    return page(request, "worklist.html", asked=asked, found=found, n_overdue=overdue)
