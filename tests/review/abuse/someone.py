"""People at the page, honest and other: each with a browser and what its forms carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from ptml.review.access import sessions
from ptml.review.access.gate import session_cookie
from ptml.review.access.headers import HEADERS
from ptml.review.access.viewer import Role
from tests.review.served import Served


@dataclass
class Someone:
    """A signed-in person.

    Attributes
    ----------
    account : str
    browser : TestClient
    csrf : str
        What the forms of the session carry.
    """

    account: str
    browser: TestClient
    csrf: str

    def get(self, address: str) -> Response:
        """Ask for a page."""
        return self.browser.get(address)

    def post(
        self, address: str, headers: Mapping[str, str] | None = None, /, **form: Any
    ) -> Response:
        """Send a form of the session."""
        return self.browser.post(address, data={"csrf": self.csrf, **form}, headers=headers)


def someone(served: Served, role: Role = Role.reviewer, login: str = "", **how: Any) -> Someone:
    """Make an account (for all units if nothing else is said), and sign it in."""
    name = login or f"{role}-{len(served.made)}"
    account = served.made.setdefault(name, "") or served.account(
        role, name, **{"units": None, **how}
    )
    served.made[name] = account
    return back(served, account)


def back(served: Served, account: str) -> Someone:
    """Sign an account in once more."""
    browser = served.signed_in(account)
    return Someone(account, browser, csrf_of(served, browser))


def csrf_of(served: Served, browser: TestClient) -> str:
    """What the forms of a browser's session carry."""
    token = browser.cookies[session_cookie(served.config)]
    with served.database.read() as connection:
        found = sessions.found(connection, token, served.clock.now(), served.config)
    assert found is not None
    return found.viewer.csrf


def wrong_in(answer: Response) -> str | None:
    """What is wrong with any answer whatever was asked; None = nothing."""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    lacking = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    if lacking:
        return f"no {lacking}"
    if "Traceback" in answer.text or "sqlalchemy" in answer.text.casefold():
        return "tells of its inside"
    if answer.status_code >= 400 and "<h1>" not in answer.text:
        return f"no words with {answer.status_code}"
    return None
