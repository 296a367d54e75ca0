"""Cookies that no script reads and no other site sends with a form."""

from starlette.responses import Response

from ptml.review.access.gate import elsewhere_cookie
from ptml.review.state import Review

SIGNING_OUT = "/sign-out"
"""Beginning of the paths at which somebody signs out."""


def set_cookie(
    answer: Response,
    review: Review,
    name: str,
    value: str,
    seconds: int | None = None,
    path: str = "/",
) -> None:
    """Set a cookie; without seconds it ends with the browser."""
    secure = review.config.secure_cookies
    answer.set_cookie(name, value, seconds, httponly=True, secure=secure, samesite="lax", path=path)


def forget_elsewhere(answer: Response, review: Review) -> None:
    """Let the browser forget who it was at the provider."""
    name, secure = elsewhere_cookie(review.config), review.config.secure_cookies
    answer.delete_cookie(name, path=SIGNING_OUT, secure=secure, httponly=True, samesite="lax")
