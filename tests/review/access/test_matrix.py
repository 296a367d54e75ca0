"""Every route x every role x rows of one's own units and of others', as the policy has it.

The routes are the application's own: one that is added falls in here by itself, and one with a
part of its address that no test knows a value for fails until it has one.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response

from ptml.review.access import sessions
from ptml.review.access.gate import session_cookie
from ptml.review.access.policy import PUBLIC, ROUTES
from ptml.review.access.viewer import Role
from ptml.review.app import routes_of
from tests.review.served import Served, serve
from tests.review.small_run import NAMES, PEOPLE, write_run

SECRET_NOTE = "the-note-that-a-reviewer-wrote"
SECRET_OBJECTION = "the-words-of-an-objection"
OWN, OTHER, NONE = "own", "other", "none"
# Values for the parts of addresses that stand for a row; `OTHER` is a row of another's unit, and
# None where the rights do not go by unit.
ROWS: dict[str, dict[str, str | None]] = {
    "case_id": {OWN: "case of EMP-anna", OTHER: "case of EMP-bert", NONE: "0" * 16},
    "org_unit_id": {OWN: "north-team", OTHER: "south-team", NONE: "nowhere"},
    "unit": {OWN: "north-team", OTHER: "south-team", NONE: "nowhere"},
    "unit_id": {OWN: "north-team", OTHER: "south-team", NONE: "nowhere"},
    "employee_id": {OWN: "EMP-anna", OTHER: "EMP-bert", NONE: "EMP-none"},
    "course_id": {OWN: "K1", OTHER: None, NONE: "K-none"},
    "account_id": {OWN: "account", OTHER: None, NONE: "0" * 16},
    "objection_id": {OWN: "objection-1", OTHER: "objection-3", NONE: "objection-9"},
}
# Parts that are a choice and no row.
CHOICES = {"language": "zh-Hant", "form": "json"}
# What everybody holds about oneself.
_SELF = ("EMP-anna",)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """One page for all: each request begins from accounts and cases that are there."""
    folder = tmp_path_factory.mktemp("matrix")
    out = write_run(folder / "out")
    served = serve(out, f"sqlite:///{folder}/review.db", requests_per_minute=100_000)
    for who in ("EMP-anna", "EMP-bert"):
        served.objection(who, SECRET_OBJECTION)
    everywhere = served.account(Role.reviewer, "writer", units=None)
    browser = served.signed_in(everywhere)
    for who in ("EMP-anna", "EMP-bert"):
        told = {"version": "1", "kind": "ask", "note": SECRET_NOTE}
        found = browser.post(
            f"/cases/{served.case_of(who)}/decisions",
            data={**told, "csrf": _csrf(served, browser)},
        )
        assert found.status_code == 303
    return served


def _routes(served: Served) -> Iterator[tuple[APIRoute, str]]:
    for route in routes_of(served.app):
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            yield route, method


def _browser(served: Served, role: Role, **how: object) -> TestClient:
    key = (role, str(sorted(how.items())))
    if key not in served.made:
        login = f"{role.value}-{len(served.made)}"
        served.made[key] = served.account(role, login, **{"units": ("north",), **how})
    return served.signed_in(served.made[key])


def _csrf(served: Served, browser: TestClient) -> str:
    token = browser.cookies[session_cookie(served.config)]
    with served.database.read() as connection:
        found = sessions.found(connection, token, served.clock.now(), served.config)
    assert found is not None
    return found.viewer.csrf


def _address(served: Served, route: APIRoute, which: str) -> str | None:
    """The address of a route for a row of a kind; None where it has no such row."""
    parts: dict[str, str] = {}
    for name in route.param_convertors:
        if name in CHOICES:
            parts[name] = CHOICES[name]
            continue
        assert name in ROWS, f"say in ROWS or CHOICES what {name} of {route.path} stands for"
        value = ROWS[name][which]
        if value is None:
            return None
        parts[name] = _real(served, value)
    has_row = any(name in ROWS for name in parts)
    return str(route.url_path_for(route.name, **parts)) if has_row or which == OWN else None


def _real(served: Served, value: str) -> str:
    if value.startswith("case of "):
        return served.case_of(value.removeprefix("case of "))
    if value != "account":
        return value
    if value not in served.made:
        served.made[value] = served.account(Role.employee, "somebody")
    return served.made[value]


def _asked(served: Served, browser: TestClient, method: str, address: str) -> Response:
    if method == "GET":
        return browser.get(address)
    form = {"csrf": _csrf(served, browser), "version": "1", "kind": "accept", "action": "unlock"}
    return browser.request(method, address, data=form)


def test_every_route_is_named_by_the_policy_and_the_policy_names_no_other(page: Served) -> None:
    there = {route.name for route, _ in _routes(page)}
    assert there == set(ROUTES) | (PUBLIC - {"static"})


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_the_routes_of_the_policy_and_no_other(page: Served, role: Role) -> None:
    wrong = {}
    for route, method in _routes(page):
        address = _address(page, route, OWN)
        assert address is not None
        browser = _browser(page, role, employee_id="EMP-anna")
        found = _asked(page, browser, method, address).status_code
        if route.name in PUBLIC:
            good = {200, 303, 401, 404}
        elif role not in ROUTES[route.name]:
            good = {403}
        else:
            # A form of a test is not always a whole one: 422 says that it was let in.
            good = {200, 303} if method == "GET" else {200, 303, 409, 422}
        if found not in good:
            wrong[f"{method} {address}"] = found
    assert wrong == {}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("which", [OTHER, NONE])
def test_rows_of_other_units_and_rows_that_are_not_there_look_the_same(
    page: Served, role: Role, which: str
) -> None:
    wrong = {}
    for route, method in _routes(page):
        address = _address(page, route, which)
        if address is None or route.name in PUBLIC or role not in ROUTES[route.name]:
            continue
        browser = _browser(page, role, employee_id="EMP-anna")
        found = _asked(page, browser, method, address)
        if found.status_code != 404 or "Brandt" in found.text:
            wrong[f"{method} {address}"] = found.status_code
    assert wrong == {}


@pytest.mark.parametrize("role", list(Role))
def test_an_account_without_units_sees_nobody(page: Served, role: Role) -> None:
    for route, method in _routes(page):
        # Anew, since one of the routes signs out.
        browser = _browser(page, role, units=())
        address = _address(page, route, OWN)
        if address is None or route.name in PUBLIC or role not in ROUTES[route.name]:
            continue
        found = _asked(page, browser, method, address)
        told = {word for word in (*NAMES.values(), *PEOPLE) if word in found.text}
        assert told == set(), f"{method} {address}"


def test_nobody_gets_anything_without_signing_in(page: Served) -> None:
    for route, method in _routes(page):
        if route.name in PUBLIC:
            continue
        address = _address(page, route, OWN)
        assert address is not None
        found = page.browser().request(method, address)
        assert found.status_code == (303 if method == "GET" else 401), address
        assert not any(name in found.text for name in NAMES.values())
        if method == "GET":
            assert found.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("how", [{"units": None}, {"units": ("north",)}])
def test_a_data_scientist_never_gets_a_name_an_id_or_a_note(
    page: Served, how: Mapping[str, object]
) -> None:
    secret = {*NAMES.values(), *(name.split()[0] for name in NAMES.values()), *PEOPLE}
    secret |= {f"ENROL-{who}" for who in PEOPLE} | {SECRET_NOTE, SECRET_OBJECTION}
    browser = _browser(page, Role.data_scientist, **how)
    n_pages = 0
    for route, method in _routes(page):
        for which in (OWN, OTHER):
            address = _address(page, route, which)
            if address is None or route.name == "sign_out":
                continue
            found = _asked(page, browser, method, address)
            n_pages += found.status_code == 200
            told = {word for word in secret if word in found.text + str(found.headers)}
            assert told == set(), f"{method} {address}"
    assert n_pages >= 2


def test_what_a_form_changes_is_refused_without_the_token_of_the_session(page: Served) -> None:
    browser = _browser(page, Role.reviewer)
    other = _browser(page, Role.administrator)
    for route, method in _routes(page):
        if method == "GET":
            continue
        address = _address(page, route, OWN)
        assert address is not None
        for csrf in ({}, {"csrf": "made up"}, {"csrf": _csrf(page, other)}):
            form = {"version": "1", "kind": "accept", **csrf}
            assert browser.request(method, address, data=form).status_code == 403, address


def test_the_words_that_a_search_finds_are_not_names_for_a_data_scientist(page: Served) -> None:
    browser = _browser(page, Role.data_scientist, units=None)
    everything = browser.get("/cases?words=").text
    assert everything.count('href="/cases/') >= 3
    for word in ("alvarez", "anna", "ENROL"):
        assert "/cases/" not in browser.get(f"/cases?words={word}").text, word


def test_an_address_that_nobody_made_is_not_there(page: Served, tmp_path: Path) -> None:
    browser = _browser(page, Role.reviewer)
    assert browser.get("/nothing").status_code == 404
    assert browser.get("/static/../app.py").status_code == 404
    assert browser.get("/openapi.json").status_code == 404
