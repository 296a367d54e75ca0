"""Sign in, sign out, choose a language."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access import local, sessions
from ptml.review.access.gate import (
    SignedIn,
    browser_secret,
    device_cookie,
    elsewhere_cookie,
    form_cookie,
    form_token,
    session_cookie,
)
from ptml.review.audit import Entry, append
from ptml.review.pages.cookies import SIGNING_OUT, forget_elsewhere, set_cookie
from ptml.review.pages.rendering import page
from ptml.review.pages.switching import keep, remember
from ptml.review.state import state_of
from ptml.review.words import LANGUAGES

router = APIRouter()


@router.get("/sign-in", name="sign_in")
def sign_in(request: Request, next: str = "/") -> Response:
    """The form of local accounts."""
    return sign_in_form(request, inside(next))


@router.post("/sign-in", name="sign_in_post")
def sign_in_post(
    request: Request,
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session, or say that login or password is wrong: not which."""
    review = state_of(request)
    device = request.cookies.get(device_cookie(review.config), "")
    begun = local.sign_in(
        review.database, login.strip(), password, device, review.now(), review.config
    )
    if begun is None:
        return sign_in_form(request, inside(next), status=401, is_wrong=True, login=login)
    return entered(request, begun, inside(next))


def entered(request: Request, begun: local.Begun, next: str) -> Response:
    """Go on as who has signed in; a session that the browser had before ends."""
    review = state_of(request)
    before = request.cookies.get(session_cookie(review.config))
    if before is not None:
        with review.database.begin() as connection:
            sessions.end_by_token(connection, before)
    answer = RedirectResponse(next, 303)
    set_cookie(answer, review, session_cookie(review.config), begun.token)
    seconds = review.config.device_days * 86_400
    set_cookie(answer, review, device_cookie(review.config), begun.device, seconds)
    # Of whoever was here before: who signs in elsewhere gets a new one.
    forget_elsewhere(answer, review)
    return answer


@router.post(SIGNING_OUT, name="sign_out")
def sign_out(request: Request, viewer: SignedIn) -> Response:
    """End the session."""
    review = state_of(request)
    with review.database.begin() as connection:
        sessions.end(connection, viewer.session)
        append(connection, review.now(), Entry(viewer.account_id, "sign_out", "-", {}))
    is_elsewhere = review.oidc is not None and elsewhere_cookie(review.config) in request.cookies
    to = request.app.url_path_for("signed_out" if is_elsewhere else "sign_in")
    answer = RedirectResponse(to, 303)
    answer.delete_cookie(
        session_cookie(review.config), path="/", secure=review.config.secure_cookies
    )
    return answer


@router.get("/language/{language}", name="set_language")
def set_language(request: Request, language: str, next: str = "/") -> Response:
    """Show the same page in another language from now on."""
    answer = RedirectResponse(inside(next), 303)
    if language in LANGUAGES:
        remember(request, language)
        keep(request, answer, language)
    return answer


def inside(place: str) -> str:
    """A place of this application; the beginning, for one elsewhere.

    >>> inside("/cases?page=2"), inside("https://elsewhere.example"), inside("//elsewhere.example")
    ('/cases?page=2', '/', '/')
    """
    # What begins with one slash names no host. Not parsed: parsers differ, and some of them fail.
    is_here = place.startswith("/") and not place.startswith("//")
    # Browsers read a backslash as a slash, and skip control characters.
    is_plain = "\\" not in place and place.isprintable()
    return place if is_here and is_plain else "/"


def sign_in_form(
    request: Request,
    next: str,
    status: int = 200,
    *,
    is_wrong: bool = False,
    is_lost: bool = False,
    is_nobody: bool = False,
    login: str = "",
) -> Response:
    """The page to sign in at, with what went wrong: password, way back, or no account."""
    review = state_of(request)
    secret = browser_secret(request)
    answer = page(
        request,
        "sign_in.html",
        status,
        next=next,
        is_wrong=is_wrong,
        is_lost=is_lost,
        is_nobody=is_nobody,
        login=login,
        has_oidc=review.oidc is not None,
        form_csrf=form_token(secret),
    )
    set_cookie(answer, review, form_cookie(review.config), secret)
    return answer
