"""Change one's own password."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from ptml.review.access import attempts
from ptml.review.access.accounts import account_of, set_password
from ptml.review.access.gate import SignedIn
from ptml.review.access.passwords import hashed, is_password
from ptml.review.access.viewer import Viewer
from ptml.review.audit import Entry, append
from ptml.review.pages.rendering import page
from ptml.review.state import Review, state_of
from ptml.review.words import N_, WrongInputError

router = APIRouter()


@router.get("/password", name="password")
def password(request: Request, viewer: SignedIn, done: bool = False) -> Response:
    """The form; who signs in elsewhere has no password here."""
    return _shown(request, viewer, is_done=done)


@router.post("/password", name="password_post")
def password_post(
    request: Request,
    viewer: SignedIn,
    old: Annotated[str, Form(max_length=1000)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Change it; every other session of the account ends."""
    review = state_of(request)
    try:
        _change(review, viewer, old, password)
    except WrongInputError as wrong:
        return _shown(request, viewer, 422, wrong)
    return RedirectResponse(str(request.app.url_path_for("password")) + "?done=1", 303)


def _shown(
    request: Request,
    viewer: Viewer,
    status: int = 200,
    wrong: WrongInputError | None = None,
    is_done: bool = False,
) -> Response:
    with state_of(request).database.read() as connection:
        row = account_of(connection, viewer.account_id)
    has_one = row is not None and row.password_hash is not None
    login = "" if row is None else row.login
    told = {"wrong": wrong, "is_done": is_done, "has_one": has_one, "login": login}
    return page(request, "password.html", status, **told)


def _change(review: Review, viewer: Viewer, old: str, new: str) -> None:
    now, who = review.now(), f"account {viewer.account_id}"
    with review.database.read() as connection:
        row = account_of(connection, viewer.account_id)
        is_locked = attempts.is_locked(connection, who, now)
    is_right = is_password(old, None if row is None else row.password_hash) and not is_locked
    kept = hashed(new) if is_right else ""
    with review.database.begin() as connection:
        if is_right:
            set_password(connection, viewer.account_id, kept, but_session=viewer.session)
            append(connection, now, Entry(viewer.account_id, "account.own_password", "-", {}))
            return
        # A session that somebody left open must not serve to guess the password.
        if not is_locked:
            attempts.failed(connection, who, now, review.config)
        append(connection, now, Entry(viewer.account_id, "account.password_refused", "-", {}))
    raise WrongInputError("old", N_("This is not your password, or it was wrong too often."))
