"""Sign in, sign out, choose a language."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access import sessions
from ptml.review.access.accounts import signed_in
from ptml.review.access.gate import SignedIn, form_cookie, form_token, session_cookie
from ptml.review.audit import Entry, append
from ptml.review.pages.rendering import LANGUAGE_COOKIE, page
from ptml.review.state import Review, state_of
from ptml.review.words import LANGUAGES

router = APIRouter()


@router.get("/sign-in", name="sign_in")
def sign_in(request: Request, next: str = "/") -> Response:
    """The form of local accounts."""
    return _form(request, inside(next))


@router.post("/sign-in", name="sign_in_post")
def sign_in_post(
    request: Request,
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session, or say that login or password is wrong: not which."""
    review = state_of(request)
    now = review.now()
    with review.database.begin() as connection:
        account = signed_in(connection, login.strip(), password, now, review.config)
        action = "sign_in" if account else "sign_in.refused"
        append(connection, now, Entry(account or "-", action, "-", {}))
        token = sessions.start(connection, account, now) if account else None
    if token is None:
        return _form(request, inside(next), status=401, is_wrong=True)
    answer = RedirectResponse(inside(next), 303)
    _set(answer, review, session_cookie(review.config), token)
    return answer


@router.post("/sign-out", name="sign_out")
def sign_out(request: Request, viewer: SignedIn) -> Response:
    """End the session."""
    review = state_of(request)
    with review.database.begin() as connection:
        sessions.end(connection, viewer.session)
        append(connection, review.now(), Entry(viewer.account_id, "sign_out", "-", {}))
    answer = RedirectResponse(request.app.url_path_for("sign_in"), 303)
    answer.delete_cookie(
        session_cookie(review.config), path="/", secure=review.config.secure_cookies
    )
    return answer


@router.get("/language/{language}", name="set_language")
def set_language(request: Request, language: str, next: str = "/") -> Response:
    """Show the same page in another language from now on."""
    answer = RedirectResponse(inside(next), 303)
    if language in LANGUAGES:
        _set(answer, state_of(request), LANGUAGE_COOKIE, language)
    return answer


def inside(place: str) -> str:
    """A place of this application; the beginning, for one elsewhere.

    >>> inside("/cases?page=2"), inside("https://elsewhere.example"), inside("//elsewhere.example")
    ('/cases?page=2', '/', '/')
    """
    parts = urlsplit(place)
    is_here = not parts.scheme and not parts.netloc and place.startswith("/")
    # Browsers read a backslash as a slash, and skip control characters.
    is_plain = "\\" not in place and place.isprintable() and not place.startswith("//")
    return place if is_here and is_plain else "/"


def _form(request: Request, next: str, status: int = 200, is_wrong: bool = False) -> Response:
    review = state_of(request)
    name = form_cookie(review.config)
    secret = request.cookies.get(name) or secrets.token_urlsafe(32)
    answer = page(
        request, "sign_in.html", status, next=next, is_wrong=is_wrong, form_csrf=form_token(secret)
    )
    _set(answer, review, name, secret)
    return answer


def _set(answer: Response, review: Review, name: str, value: str) -> None:
    secure = review.config.secure_cookies
    answer.set_cookie(name, value, httponly=True, secure=secure, samesite="lax", path="/")
