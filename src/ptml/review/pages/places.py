"""The place of a request: the page to come back to, for a form too."""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import Request

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "decide": "case",
        "undo": "case",
        "object": "me",
        "answer": "objections",
        "account_new_post": "account_new",
        "account_change": "account",
        "password_post": "password",
        "sign_in_post": "sign_in",
        "sign_out": "sign_in",
    }
)
"""By the name of a route that takes a form, the one of the page that it stands on."""


def place_of(request: Request) -> str:
    """Path and query of the page that is looked at.

    An answer to a form stands at the form's address, which cannot be asked for: the place is the
    page that the form stands on.
    """
    if request.method in ("GET", "HEAD"):
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    name = PAGES.get(getattr(request.state, "route", ""))
    if name is None:
        return "/"
    path = dict(request.path_params) if name in ("case", "account") else {}
    return str(request.app.url_path_for(name, **path))
