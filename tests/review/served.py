"""The page as a test uses it: an application on the small run, and people who are signed in."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import insert, select

from ptml.review import ReviewConfig, create_app
from ptml.review.access import sessions
from ptml.review.access.accounts import account_by_login, add_account
from ptml.review.access.gate import session_cookie
from ptml.review.access.viewer import Role
from ptml.review.store import Database
from ptml.review.store.schema import cases, objections
from ptml.review.subjects.naming import Named
from tests.review.small_run import NAMES

PASSWORD = "correct horse battery"
NAMED = tuple(Named(who, name, None) for who, name in NAMES.items())


@dataclass
class Clock:
    """A clock that a test moves."""

    at: datetime = datetime(2026, 10, 5, 9, tzinfo=UTC)
    seconds: float = 0.0

    def now(self) -> datetime:
        """The time."""
        return self.at

    def steady(self) -> float:
        """Seconds that only go forward."""
        return self.seconds

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)
        self.seconds += timedelta(**by).total_seconds()


@dataclass
class Served:
    """An application with its clock.

    Attributes
    ----------
    app : FastAPI
    clock : Clock
    made : dict
        Accounts that a test made once, by a name of its own.
    """

    app: FastAPI
    clock: Clock = field(default_factory=Clock)
    made: dict[object, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The review database."""
        database: Database = self.app.state.review.database
        return database

    @property
    def config(self) -> ReviewConfig:
        """The settings."""
        config: ReviewConfig = self.app.state.review.config
        return config

    def account(self, role: Role, login: str | None = None, **how: Any) -> str:
        """Make an account; give its id."""
        with self.database.begin() as connection:
            name = f"Account {login or role}"
            return add_account(connection, login or role.value, name, role, **how)

    def browser(self) -> TestClient:
        """A browser in which nobody is signed in."""
        return TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)

    def signed_in(self, account_id: str) -> TestClient:
        """A browser with a session of an account."""
        with self.database.begin() as connection:
            token = sessions.start(connection, account_id, self.clock.now(), self.config)
        browser = self.browser()
        browser.cookies.set(session_cookie(self.config), token)
        return browser

    def case_of(self, employee_id: str) -> str:
        """The case of a person."""
        with self.database.read() as connection:
            found = connection.scalar(
                select(cases.c.case_id).where(cases.c.employee_id == employee_id)
            )
        assert found is not None
        return str(found)

    def known(self, login: str) -> Any:
        """The row of an account."""
        with self.database.read() as connection:
            return account_by_login(connection, login)

    def objection(self, employee_id: str, text: str) -> str:
        """Let a person object; give the objection's id, which ends in the person's number."""
        made = f"objection-{1 + list(NAMES).index(employee_id)}"
        with self.database.begin() as connection:
            connection.execute(
                insert(objections).values(
                    objection_id=made,
                    employee_id=employee_id,
                    made_at=self.clock.now(),
                    kind="object",
                    about="warning",
                    text=text,
                    state="open",
                )
            )
        return made


def serve(out: Path, db: str, **settings: Any) -> Served:
    """Serve the small run."""
    clock = Clock()
    config = ReviewConfig(**{"secure_cookies": False, **settings})
    app = create_app(str(out), db, config, clock.now, clock.steady, named=NAMED)
    return Served(app, clock)


def csrf_in(page: Response) -> str:
    """What the forms of a page carry."""
    found = re.search(r'name="csrf" value="([\w-]+)"', page.text)
    assert found is not None, page.status_code
    return found[1]


def enter(browser: TestClient, login: str, password: str, next: str = "/cases") -> Response:
    """Sign in by the form."""
    csrf = csrf_in(browser.get("/sign-in"))
    filled = {"csrf": csrf, "login": login, "password": password, "next": next}
    return browser.post("/sign-in", data=filled)
