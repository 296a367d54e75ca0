"""One browser and one server for all stories: each has a person of its own."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from ptml.review import ReviewConfig, create_app
from ptml.review.access import Role
from ptml.review.access.accounts import add_account
from tests.review.conftest import COURSES, PEOPLE, RUN_ID, Clock, Site, publish

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "correct horse battery"
# The browser's own line for such an answer, which the page that is shown tells of.
_EXPECTED = "Failed to load resource: the server responded with a status of 4"


def _tables() -> dict[str, list[dict[str, object]]]:
    """What the default run lacks: a team that may be shown, portraits, offers, figures."""
    more = {f"e{n:02}": "team-a1" for n in range(13, 21)}
    team = {"role_id": "r1", "grade": 2, "manager_id": "e12", "hired_on": date(2022, 1, 1)}
    levels = {"k1": (3.4, 3.0, -0.4), "k2": (1.9, 3.0, 1.1)}
    shared = {"level_se": 0.5, "trend": 0.1}
    offer = {"code": "popular", "text_key": "popular.role", "values": {"share": 21}, "text": "-"}
    figures = {
        "mean_exam": 76.0,
        "mean_satisfaction": 4.1,
        "transfer_rate": 0.6,
        "lift": 1.4,
        "lift_low": -0.2,
        "lift_high": 3.0,
        "cost": 8_000.0,
    }
    alert = {"code": "high_completion_low_lift", "values": {"completion": 0.9, "lift": 1.4}}
    alert["values"] |= {"lift_low": -0.2, "lift_high": 3.0}  # type: ignore[operator]
    return {
        "people": [
            {"employee_id": e, "org_unit_id": u, **team} for e, u in {**PEOPLE, **more}.items()
        ],
        "names": [
            {"kind": "role", "id": "r1", "name": "Seller"},
            {"kind": "competency", "id": "k1", "name": "Negotiation"},
            {"kind": "competency", "id": "k2", "name": "Reading figures"},
        ],
        "portraits": [
            {
                "employee_id": person,
                "competency_id": competency,
                "level": level,
                "required": required,
                "gap": gap,
                **shared,
            }
            for person in [*PEOPLE, *more]
            for competency, (level, required, gap) in levels.items()
        ],
        "recommendations": [
            {
                "employee_id": person,
                "rank": 1,
                "course_id": "c2",
                "score": 1.0,
                "reasons": json.dumps([offer]),
            }
            for person in PEOPLE
        ],
        "needs": [
            {
                "org_unit_id": "team-a1",
                "gap": 1.1,
                "people": 12,
                "cause": "capability",
                "evidence": "{}",
            }
        ],
        "course_health": [
            {"course_id": course, "title": title, "enrolled": 30, "completed": 24, **figures}
            | {"alerts": json.dumps([alert] if course == "c1" else [])}
            for course, title in COURSES.items()
        ],
    }


class Desk:
    """Who works with the page: opens browsers, signed in or not, and hears what they complain of.

    Parameters
    ----------
    browser : Browser
    site : Site
    address : str
    """

    _signed_in: ClassVar[dict[str, list[Any]]] = {}

    def __init__(self, browser: Browser, site: Site, address: str) -> None:
        self.site = site
        self.address = address
        self.complaints: list[str] = []
        self._browser = browser
        self._open: list[BrowserContext] = []

    def page(self, login: str | None = None, role: Role = Role.reviewer, **settings: Any) -> Page:
        """Open a page, signed in as a login (made with the rights of `role` where it is new)."""
        settings.setdefault("viewport", {"width": 1000, "height": 900})
        context = self._browser.new_context(base_url=self.address, locale="en-GB", **settings)
        context.set_default_timeout(10_000)
        self._open.append(context)
        if login is not None:
            context.add_cookies(self._session(login, role))
        page = context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def case(self, person: str) -> str:
        """Path of the case of a person."""
        from sqlalchemy import select

        from ptml.review.store.schema import cases

        with self.site.database.read() as connection:
            wanted = select(cases.c.case_id).where(cases.c.employee_id == person)
            return f"/cases/{connection.scalar(wanted)}"

    def close(self) -> None:
        """Close what a test opened."""
        for context in self._open:
            context.close()
        self._open.clear()

    def _session(self, login: str, role: Role) -> list[Any]:
        if login not in self._signed_in:
            about: dict[str, Any] = {"units": None}
            if role in (Role.employee, Role.manager):
                about = {"units": ("team-a1",) if role is Role.manager else ()}
                about["employee_id"] = "e09" if role is Role.employee else "e12"
            made = self.site.sign_in(login, role, **about).client.cookies
            self._signed_in[login] = [
                {"name": name, "value": value, "url": self.address} for name, value in made.items()
            ]
        return self._signed_in[login]

    def _hear(self, kind: str, text: str) -> None:
        if not text.startswith(_EXPECTED):
            self.complaints.append(f"{kind}: {text}")


@pytest.fixture(scope="session")
def _site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    folder = tmp_path_factory.mktemp("browser")
    clock, config = Clock(), ReviewConfig(secure_cookies=False, capacity_per_week=5)
    out = publish(folder / "out", RUN_ID, **_tables())
    app = create_app(str(out), f"sqlite:///{folder}/r.db", config, clock.now, clock.steady)
    site = Site(app, clock, app.state.review.database)
    with site.database.begin() as connection:
        add_account(connection, "ada", "Ada", Role.reviewer, password=PASSWORD, units=None)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield site, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def desk(_browser: Browser, _site: tuple[Site, str]) -> Iterator[Desk]:
    """Opens pages; the test fails when a browser complained."""
    made = Desk(_browser, *_site)
    yield made
    made.close()
    assert not made.complaints, "\n".join(made.complaints)
