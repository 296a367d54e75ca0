"""Which role may ask for which route: the one table that says so.

A route that is not named here is answered for nobody: the application does not start with one.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ptml.review.access.viewer import Role, Viewer

EVERYBODY = frozenset(Role)
_CASES = frozenset({Role.reviewer, Role.data_scientist})
_DECIDES = frozenset({Role.reviewer})
_TEAMS = frozenset({Role.reviewer, Role.manager})
_COURSES = frozenset({Role.reviewer, Role.manager, Role.data_scientist})
_RUNS_IT = frozenset({Role.administrator})

PUBLIC = frozenset(
    {"sign_in", "sign_in_post", "oidc", "oidc_back", "signed_out", "sign_out_elsewhere"}
    | {"static", "health", "set_language"}
)
"""Routes for who is not signed in."""

SIGNS_IN = frozenset({"sign_in_post", "oidc_back"})
"""Routes by which somebody signs in: fewer attempts are answered."""

ROUTES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "home": EVERYBODY,
        "sign_out": EVERYBODY,
        "worklist": _CASES,
        "case": _CASES,
        "decide": _DECIDES,
        "undo": _DECIDES,
        "teams": _TEAMS,
        "team": _TEAMS,
        "courses": _COURSES,
        "course": _COURSES,
        "me": EVERYBODY,
        "object": EVERYBODY,
        "objections": _DECIDES,
        "answer": _DECIDES,
        "model": EVERYBODY,
        "password": EVERYBODY,
        "password_post": EVERYBODY,
        "my_copy": EVERYBODY,
        "accounts": _RUNS_IT,
        "account_new": _RUNS_IT,
        "account_new_post": _RUNS_IT,
        "account": _RUNS_IT,
        "account_change": _RUNS_IT,
        "audit": _RUNS_IT,
    }
)


def may(viewer: Viewer, route: str) -> bool:
    """Whether the viewer's role may ask for a route; rows are looked at by scope beyond that."""
    return viewer.role in ROUTES[route]
