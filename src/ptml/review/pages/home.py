"""The beginning: where a role goes first."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access.gate import SignedIn
from ptml.review.access.policy import may
from ptml.review.pages.rendering import page

router = APIRouter()
_FIRST = ("worklist", "teams", "accounts")


@router.get("/", name="home")
def home(request: Request, viewer: SignedIn) -> Response:
    """Send the viewer to the page of the role."""
    for route in _FIRST:
        if may(viewer, route):
            return RedirectResponse(request.app.url_path_for(route), 303)
    if viewer.employee_id is not None:
        return RedirectResponse(request.app.url_path_for("me"), 303)
    return page(request, "home.html")


@router.get("/health", name="health")
def health() -> dict[str, str]:
    """Whether the server answers; for who watches it."""
    return {"status": "ok"}
