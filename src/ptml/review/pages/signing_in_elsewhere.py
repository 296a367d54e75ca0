"""Sign in at the organisation's OpenID provider: away, and back."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access.gate import RefusedError, browser_secret, form_cookie
from ptml.review.access.oidc import OidcError, OidcProvider, flow
from ptml.review.pages.signing_in import entered, inside, set_cookie, sign_in_form
from ptml.review.state import Review, state_of

router = APIRouter()


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
    return entered(request, begun, inside(sent.next))


def _provider(review: Review) -> OidcProvider:
    if review.oidc is None:
        raise RefusedError(404)
    return review.oidc


def _back(request: Request) -> str:
    base = state_of(request).config.public_url or str(request.base_url)
    return base.rstrip("/") + str(request.app.url_path_for("oidc_back"))
