"""Whom to look at this week."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ptml.review.access.gate import SignedIn
from ptml.review.audit import Entry, append
from ptml.review.cases.asked import SHOWN, SORTS, Asked
from ptml.review.cases.choices import choices
from ptml.review.cases.worklist import MOST_COUNTED, Listed, listed, week_of
from ptml.review.pages.from_list import A_PAGE
from ptml.review.pages.rendering import page
from ptml.review.state import state_of
from ptml.review.words.terms import TERMS

router = APIRouter()


@dataclass(frozen=True)
class Paging:
    """Where a page of a list stands, and how to get to the others.

    Attributes
    ----------
    page : int
        From 1.
    pages : int or None
        None for more than are counted.
    before, after : mapping or None
        What the address asks for on the page before and after.
    """

    page: int
    pages: int | None
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


@router.get("/cases", name="worklist")
def worklist(request: Request, viewer: SignedIn, asked: Annotated[Asked, Query()]) -> Response:
    """The viewer's cases."""
    review, asked = state_of(request), asked.over_all
    now, today = review.now(), review.today()
    with review.database.read() as connection:
        week = week_of(connection, viewer, today, review.config.capacity_per_week)
        found = listed(connection, viewer, asked, week, A_PAGE, asked.page)
        offered = choices(connection, viewer)
    # Written before anything is shown, and apart: a look must not keep those waiting who decide.
    with review.database.begin() as connection:
        told = {"shown": len(found.rows), "of": found.n_all}
        append(connection, now, Entry(viewer.account_id, "cases.list", "-", told))
    answer = page(
        request,
        "worklist.html",
        asked=asked,
        found=found,
        week=week,
        offered=offered,
        paging=_paging(asked, found),
        most=MOST_COUNTED,
        today=today,
        shown=SHOWN,
        sorts=SORTS,
        reasons=tuple(TERMS["reason"]),
        stages=tuple(TERMS["stage"]),
        narrowed=lambda **changes: _query(asked, **changes),
        query=_query(asked),
    )
    # What stands in the address when the list is swapped in place: the short form.
    answer.headers["HX-Push-Url"] = f"{request.url.path}?{_query(asked)}".rstrip("?")
    return answer


def _paging(asked: Asked, found: Listed) -> Paging:
    at = asked.page
    pages = None if found.is_more else max(-(-found.n_all // A_PAGE), 1)
    before = asked.address(page=min(at - 1, pages or at)) if at > 1 else None
    has_after = len(found.rows) == A_PAGE if pages is None else at < pages
    after = asked.address(page=at + 1) if has_after else None
    return Paging(at, pages, before, after)


def _query(asked: Asked, **changes: object) -> str:
    return urlencode(asked.address(**changes))
