"""Sign in at the organisation's OpenID provider, away and back; and sign out there."""

from contextlib import suppress

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access.gate import RefusedError, browser_secret, elsewhere_cookie, form_cookie
from ptml.review.access.oidc import OidcError, OidcProvider, flow
from ptml.review.pages.cookies import SIGNING_OUT, forget_elsewhere, set_cookie
from ptml.review.pages.rendering import page
from ptml.review.pages.signing_in import entered, inside, sign_in_form
from ptml.review.state import Review, state_of

router = APIRouter()
# With its name and attributes under 4,096 bytes, which is what browsers keep.
_MOST_TOKEN = 3_800


@router.get("/sign-in/oidc", name="oidc")
def oidc(request: Request, next: str = "/") -> Response:
    """Send the browser to the provider."""
    review = state_of(request)
    provider = _provider(review)
    browser = browser_secret(request)
    with review.database.begin() as connection:
        sent = flow.send(connection, browser, inside(next), review.now())
    try:
        to = provider.address(_back(request), sent.state, sent.nonce, sent.verifier)
    except OidcError:
        return sign_in_form(request, inside(next), status=502, is_lost=True)
    answer = RedirectResponse(to, 303)
    set_cookie(answer, review, form_cookie(review.config), browser)
    return answer


@router.get("/sign-in/oidc/back", name="oidc_back")
def oidc_back(request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
    """Begin a session of who the provider says it is; the state is used up whatever comes."""
    review = state_of(request)
    provider, now = _provider(review), review.now()
    browser = request.cookies.get(form_cookie(review.config), "")
    with review.database.begin() as connection:
        sent = flow.came_back(connection, state, browser, now)
    is_theirs = iss.rstrip("/") in ("", provider.settings.issuer)
    if sent is None or not code or not is_theirs:
        return sign_in_form(request, "/", status=401, is_lost=True)
    try:
        identity = provider.identity(_back(request), code, sent.verifier, sent.nonce, now)
    except OidcError:
        return sign_in_form(request, sent.next, status=401, is_lost=True)
    with review.database.begin() as connection:
        begun = flow.enter(connection, identity, now, review.config)
    if begun is None:
        return sign_in_form(request, sent.next, status=401, is_nobody=True)
    answer = entered(request, begun, inside(sent.next))
    name = elsewhere_cookie(review.config)
    # Without it the provider asks whom it is to sign out; a longer cookie no browser keeps.
    token = identity.token if len(identity.token) <= _MOST_TOKEN else ""
    set_cookie(answer, review, name, token or "-", path=SIGNING_OUT)
    return answer


@router.get(f"{SIGNING_OUT}/done", name="signed_out")
def signed_out(request: Request) -> Response:
    """Say so, and go on to the provider.

    Not at once from the form: a form may lead nowhere else (``form-action``), and the way to the
    provider may lead over other places, which nobody could list.
    """
    _provider(state_of(request))
    return page(request, "signed_out.html")


@router.get(f"{SIGNING_OUT}/elsewhere", name="sign_out_elsewhere")
def sign_out_elsewhere(request: Request) -> Response:
    """Send who has signed out here to the provider to sign out there too."""
    review = state_of(request)
    provider = _provider(review)
    token = request.cookies.get(elsewhere_cookie(review.config))
    to: str | None = None
    # Somebody who is signed in was sent here by another site.
    if token is not None and request.state.viewer is None:
        with suppress(OidcError):
            to = provider.end(_public(request, "sign_in"), token.removeprefix("-"))
    answer = RedirectResponse(to or request.app.url_path_for("home"), 303)
    if request.state.viewer is None:
        forget_elsewhere(answer, review)
    return answer


def _provider(review: Review) -> OidcProvider:
    if review.oidc is None:
        raise RefusedError(404)
    return review.oidc


def _back(request: Request) -> str:
    return _public(request, "oidc_back")


def _public(request: Request, route: str) -> str:
    base = state_of(request).config.public_url or str(request.base_url)
    return base.rstrip("/") + str(request.app.url_path_for(route))
