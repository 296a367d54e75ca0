"""Teams: strengths, gaps, and what the unit itself has to change."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.audit import Entry, append
from ptml.review.cases.asked import Word
from ptml.review.pages.rendering import page
from ptml.review.people.team import team_of, teams_of
from ptml.review.state import state_of

router = APIRouter()


@router.get("/teams", name="teams")
def teams(request: Request, viewer: SignedIn, words: Word = "") -> Response:
    """Units that the viewer may see; a single one is shown at once."""
    review = state_of(request)
    with review.database.read() as connection:
        found = teams_of(connection, viewer, words)
    if len(found) == 1 and not words:
        return RedirectResponse(request.app.url_path_for("team", unit=found[0].org_unit_id), 303)
    return page(request, "teams.html", teams=found, words=words, least=review.config.least_group)


@router.get("/teams/{unit}", name="team")
def team(request: Request, viewer: SignedIn, unit: str) -> Response:
    """One unit."""
    review = state_of(request)
    with review.database.read() as connection:
        found = team_of(connection, viewer, unit, review.config.least_group)
    if found is None:
        raise RefusedError(404)
    # Written before anything is shown, and apart: a look must not keep those waiting who decide.
    with review.database.begin() as connection:
        append(connection, review.now(), Entry(viewer.account_id, "team.look", unit, {}))
    return page(request, "team.html", team=found, least=review.config.least_group)
