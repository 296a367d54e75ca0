"""What the numbers are made from, how good they are, and what they must not be used for."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from ptml.review.access.gate import SignedIn
from ptml.review.pages.rendering import page
from ptml.review.published.card import card_of
from ptml.review.state import state_of

router = APIRouter()


@router.get("/model", name="model")
def model(request: Request, viewer: SignedIn) -> Response:
    """The card in plain words."""
    return page(request, "model.html", card=card_of(state_of(request).published))
