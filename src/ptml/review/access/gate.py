"""Every request passes here: who asks, whether the role may, and whether a form is ours."""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from ptml.review.access import sessions
from ptml.review.access.knocks import may_knock
from ptml.review.access.plain import is_form, is_plain
from ptml.review.access.policy import PUBLIC, SIGNS_IN, may
from ptml.review.access.viewer import Viewer
from ptml.review.config import ReviewConfig
from ptml.review.state import Review, state_of
from ptml.review.store.database import viewing

CSRF_FIELD = "csrf"
"""Name of the hidden field that every form carries."""
_FORM_COOKIE = "ptml_form"
_SESSION_COOKIE = "ptml_session"
_DEVICE_COOKIE = "ptml_device"
_ELSEWHERE_COOKIE = "ptml_elsewhere"
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OURS = re.compile(r"[A-Za-z0-9_-]{43}")


class RefusedError(Exception):
    """A request that is not answered.

    Attributes
    ----------
    status : int
        401 not signed in, 403 not for this role or a form of another session, 404 not there (or
        not for this viewer, which looks the same), 415 no form, 422 not text, 429 too many.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"refused with {status}")
        self.status = status


async def gate(request: Request) -> None:
    """Let a request in, or raise; the viewer stands in `request.state.viewer` (None: public).

    Raises
    ------
    RefusedError
    """
    review = state_of(request)
    route = request.scope["route"].name
    token = request.cookies.get(session_cookie(review.config))
    viewer = None if token is None else await run_in_threadpool(_viewer, review, token)
    request.state.viewer = viewer
    request.state.route = route
    viewing.set(viewer.account_id if viewer else "*")
    who = viewer.account_id if viewer else f"from {_address(request)}"
    if not review.limit.allows(who, review.steady()):
        raise RefusedError(429)
    if route in SIGNS_IN and not await _may_sign_in(review, _address(request)):
        raise RefusedError(429)
    if route not in PUBLIC:
        if viewer is None:
            raise RefusedError(401)
        if not may(viewer, route):
            raise RefusedError(403)
    _check_address(request)
    if request.method in _CHANGING:
        await _check_form(request, viewer)


def viewer_in(request: Request) -> Viewer:
    """The viewer of a request to a route that is not public."""
    viewer: Viewer | None = request.state.viewer
    if viewer is None:
        raise RefusedError(401)
    return viewer


SignedIn = Annotated[Viewer, Depends(viewer_in)]
"""An endpoint's parameter: who asks."""


def session_cookie(config: ReviewConfig) -> str:
    """Name of the cookie of a session."""
    return _bound(_SESSION_COOKIE, config)


def form_cookie(config: ReviewConfig) -> str:
    """Name of the cookie of a form before anybody is signed in."""
    return _bound(_FORM_COOKIE, config)


def device_cookie(config: ReviewConfig) -> str:
    """Name of the cookie by which a browser is known (`ptml.review.access.attempts`)."""
    return _bound(_DEVICE_COOKIE, config)


def elsewhere_cookie(config: ReviewConfig) -> str:
    """Name of the cookie of who signed in at the provider, sent only to where one signs out."""
    return f"__Secure-{_ELSEWHERE_COOKIE}" if config.secure_cookies else _ELSEWHERE_COOKIE


def browser_secret(request: Request) -> str:
    """What the form cookie of a browser holds, or what a new one is to hold.

    A cookie that is none of ours is not kept: another could have put it there.
    """
    held = request.cookies.get(form_cookie(state_of(request).config), "")
    return held if _OURS.fullmatch(held) else secrets.token_urlsafe(32)


def form_token(secret: str) -> str:
    """What the form of somebody who is not signed in carries for the secret of the cookie."""
    return hashlib.sha256(f"form {secret}".encode()).hexdigest()


def _bound(name: str, config: ReviewConfig) -> str:
    # The prefix binds a cookie to this host; browsers take it over HTTPS alone.
    return f"__Host-{name}" if config.secure_cookies else name


def _address(request: Request) -> str:
    return request.client.host if request.client else "-"


async def _may_sign_in(review: Review, address: str) -> bool:
    # What this process has had enough of does not get as far as the database.
    is_few = review.sign_in_limit.allows(address, review.steady())
    return is_few and await run_in_threadpool(_knocked, review, address)


def _knocked(review: Review, address: str) -> bool:
    with review.database.begin() as connection:
        return may_knock(connection, address, review.now(), review.config.sign_ins_per_minute)


def _check_address(request: Request) -> None:
    if not is_plain(str(value) for value in request.path_params.values()):
        raise RefusedError(404)
    if not is_plain(value for _, value in request.query_params.multi_items()):
        raise RefusedError(422)


async def _check_form(request: Request, viewer: Viewer | None) -> None:
    if not is_form(request.headers.get("content-type", "")):
        raise RefusedError(415)
    form = await request.form()
    told = form.get(CSRF_FIELD)
    wanted = _tokens(request, viewer)
    is_ours = isinstance(told, str) and any(_are_equal(told, one) for one in wanted)
    if not is_ours or is_from_elsewhere(request):
        raise RefusedError(403)
    if not is_plain(value for _, value in form.multi_items() if isinstance(value, str)):
        raise RefusedError(422)


def _tokens(request: Request, viewer: Viewer | None) -> tuple[str, ...]:
    secret = request.cookies.get(form_cookie(state_of(request).config))
    before = () if secret is None else (form_token(secret),)
    if viewer is None:
        return before
    # A page to sign in at may have been opened before somebody signed in beside it.
    return (viewer.csrf, *before) if request.state.route in SIGNS_IN else (viewer.csrf,)


def _are_equal(told: str, wanted: str) -> bool:
    return secrets.compare_digest(told.encode(errors="replace"), wanted.encode())


def is_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site made it send the form: a wall behind the token.

    By Fetch Metadata, which no page can set, else by Origin.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    if site is not None:
        return site not in ("same-origin", "none")
    public = state_of(request).config.public_url or ""
    ours = {request.headers.get("host", ""), public.rstrip("/").rpartition("//")[2]}
    # "null" is what our own pages send, since they tell no referrer.
    return origin != "null" and origin.rpartition("//")[2] not in ours


def _viewer(review: Review, token: str) -> Viewer | None:
    now = review.now()
    with review.database.read() as connection:
        found = sessions.found(connection, token, now, review.config)
    if found is None:
        return None
    if now - found.seen_at > timedelta(minutes=1):
        # Not at each request: it would be a write for every look at a page.
        with review.database.begin() as connection:
            sessions.see(connection, found.viewer.session, now)
    return found.viewer
