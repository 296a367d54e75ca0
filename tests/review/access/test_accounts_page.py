"""The administrator's pages: accounts and the log."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from ptml.review.access.viewer import Role
from tests.review.served import PASSWORD, Served, csrf_in, enter
from tests.review.small_run import NAMES, PEOPLE


@pytest.fixture
def admin(served: Served) -> TestClient:
    """A browser of an administrator."""
    return served.signed_in(served.account(Role.administrator, "admin"))


def post(browser: TestClient, place: str, **form: str) -> Response:
    return browser.post(place, data={"csrf": csrf_in(browser.get("/password")), **form})


def made(admin: TestClient, **form: str) -> str:
    told = {"login": "ann", "name": "Ann", "role": "reviewer", "password": PASSWORD, **form}
    found = post(admin, "/accounts/new", **told)
    assert found.status_code == 303, found.text
    return str(found.headers["location"])


def test_a_new_account_signs_in_with_its_units(served: Served, admin: TestClient) -> None:
    place = made(admin, units="north\nsouth-team")
    assert "north, south-team" in admin.get(place).text
    browser = served.browser()
    assert enter(browser, "ann", PASSWORD).status_code == 303
    assert "Anna Alvarez" in browser.get("/cases").text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"login": ""}, "Give a user name"),
        ({"login": "admin"}, "There is an account admin already."),
        ({"name": " "}, "Give the name"),
        ({"role": "king"}, "Choose what the person does."),
        ({"password": ""}, "Give a password, or the e-mail address"),
        ({"password": "short"}, "at least 12 characters"),
    ],
)
def test_what_is_missing_is_told_and_what_was_entered_stays(
    admin: TestClient, form: dict[str, str], told: str
) -> None:
    whole = {"login": "ann", "name": "Ann", "role": "reviewer", "password": PASSWORD}
    found = post(admin, "/accounts/new", **{**whole, "units": "north", **form})
    assert found.status_code == 422
    assert told in found.text
    assert ">north</textarea>" in found.text
    assert PASSWORD not in found.text


def test_deactivate_activate_unlock_and_a_new_password(served: Served, admin: TestClient) -> None:
    place = made(admin)
    for _ in range(5):
        enter(served.browser(), "ann", "wrong")
    assert "Not from a new browser for a while" in admin.get(place).text
    assert post(admin, place, action="unlock").status_code == 303
    assert enter(served.browser(), "ann", PASSWORD).status_code == 303
    assert post(admin, place, action="deactivate").status_code == 303
    assert enter(served.browser(), "ann", PASSWORD).status_code == 401
    assert post(admin, place, action="activate").status_code == 303
    assert post(admin, place, action="password", password="another horse battery").is_redirect
    assert enter(served.browser(), "ann", "another horse battery").status_code == 303
    assert post(admin, place, action="units", everywhere="true").status_code == 303
    assert "Every unit" in admin.get(place).text
    assert post(admin, place, action="crown").status_code == 422


def test_an_administrator_cannot_shut_the_own_door(served: Served) -> None:
    account = served.account(Role.administrator, "admin")
    browser = served.signed_in(account)
    found = post(browser, f"/accounts/{account}", action="deactivate")
    assert found.status_code == 422
    assert "ask another administrator" in found.text


def test_script_in_a_name_is_text(admin: TestClient) -> None:
    place = made(admin, name="<script>alert(1)</script>")
    assert "<script>alert" not in admin.get(place).text + admin.get("/accounts").text


def test_the_log_shows_what_was_done_and_names_nobody(served: Served, admin: TestClient) -> None:
    browser = served.signed_in(served.account(Role.reviewer, "ann", units=None))
    browser.get(f"/cases/{served.case_of('EMP-anna')}")
    found = admin.get("/audit").text
    assert "Looked at a case" in found
    assert [word for word in (*NAMES.values(), *PEOPLE, "Account ann") if word in found] == []
    assert admin.get("/audit?before=2").status_code == 200
    assert admin.get("/audit?before=-5").status_code == 200
    assert admin.get(f"/audit?before={10**30}").status_code == 200
