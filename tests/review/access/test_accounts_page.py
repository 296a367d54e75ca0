"""The administrator's pages: accounts and the log."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import update

from ptml.review.access.viewer import Role
from ptml.review.store.schema import accounts
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
    text = admin.get(place).text
    assert "Unit north" in text
    assert "Unit south-team" in text
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
        ({"units": "north\nnowhere"}, "of this name or id: nowhere"),
        ({"employee_id": "EMP-nobody"}, "Nobody in the published tables has this id."),
    ],
)
def test_what_is_missing_is_told_and_what_was_entered_stays(
    admin: TestClient, form: dict[str, str], told: str
) -> None:
    whole = {"login": "ann", "name": "Ann", "role": "reviewer", "password": PASSWORD}
    found = post(admin, "/accounts/new", **{**whole, "units": "north", **form})
    assert found.status_code == 422
    assert told in found.text
    assert ">north" in found.text
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


def test_units_are_named_by_name_or_by_ids(admin: TestClient) -> None:
    place = made(admin, units="unit NORTH\n north-team, south-team \n\n")
    text = admin.get(place).text
    assert ">north\nnorth-team\nsouth-team</textarea>" in text
    assert post(admin, place, action="units", units="no such unit").status_code == 422
    assert post(admin, place, action="units", units="Unit south").is_redirect
    assert ">south</textarea>" in admin.get(place).text


def test_who_an_account_is_can_be_changed(served: Served, admin: TestClient) -> None:
    place = made(admin, email="ann@example.org")
    with served.database.begin() as connection:
        connection.execute(update(accounts).where(accounts.c.login == "ann").values(subject="i s"))
    who = {"action": "about", "name": "Ann B.", "role": "employee", "employee_id": "EMP-anna"}
    assert post(admin, place, **who, email="ann@example.org").is_redirect
    assert served.known("ann").subject == "i s"
    assert post(admin, place, **who, email="b@example.org").is_redirect
    row = served.known("ann")
    assert (row.name, row.role, row.employee_id) == ("Ann B.", "employee", "EMP-anna")
    # Whoever has the new address is somebody else till the provider says so.
    assert (row.email, row.subject) == ("b@example.org", None)
    found = post(admin, place, **{**who, "employee_id": "EMP-x", "name": "Ann C."})
    assert found.status_code == 422
    assert 'value="Ann C."' in found.text
    assert served.known("ann").name == "Ann B."


def test_an_administrator_keeps_the_own_role(served: Served) -> None:
    account = served.account(Role.administrator, "admin")
    form = {"action": "about", "name": "Ad", "role": "reviewer"}
    found = post(served.signed_in(account), f"/accounts/{account}", **form)
    assert found.status_code == 422
    assert served.known("admin").role == "administrator"


def test_accounts_are_searched_and_no_more_than_some_shown(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(admin, email="ann@example.org")
    assert "/accounts/" in admin.get("/accounts?words=EXAMPLE+ann").text
    assert "No account has this in it." in admin.get("/accounts?words=nobody").text
    monkeypatch.setattr("ptml.review.pages.accounts._SHOWN", 1)
    assert "Only the first 1 are shown." in admin.get("/accounts").text


def test_an_administrator_cannot_shut_the_own_door(served: Served) -> None:
    account = served.account(Role.administrator, "admin")
    browser = served.signed_in(account)
    found = post(browser, f"/accounts/{account}", action="deactivate")
    assert found.status_code == 422
    assert "ask another administrator" in found.text


def test_script_in_a_name_is_text(admin: TestClient) -> None:
    place = made(admin, name="<script>alert(1)</script>")
    assert "<script>alert" not in admin.get(place).text + admin.get("/accounts").text


def test_the_log_shows_who_did_what_and_about_whom_by_pseudonym(
    served: Served, admin: TestClient
) -> None:
    account = served.account(Role.reviewer, "ann", units=None)
    browser = served.signed_in(account)
    browser.get(f"/cases/{served.case_of('EMP-anna')}")
    found = admin.get("/audit").text
    assert "Looked at a case" in found
    assert f'<a href="/audit?who={account}">ann</a>' in found
    assert [word for word in (*NAMES.values(), *PEOPLE) if word in found] == []
    of_one = admin.get(f"/audit?who={account}").text
    assert "Looked at a case" in of_one
    assert "Looked at this log" not in of_one
    assert "Looked at a case" not in admin.get("/audit?who=nobody").text
    assert admin.get("/audit?before=2").status_code == 200
    assert admin.get("/audit?before=-5").status_code == 200
    assert admin.get(f"/audit?before={10**30}").status_code == 200
