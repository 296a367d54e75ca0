"""Local accounts: in with the right password, and nobody kept out by a stranger for ever."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ptml.review.access import attempts, passwords
from ptml.review.access.accounts import add_account, deactivate
from ptml.review.access.passwords import hashed, is_password
from ptml.review.access.viewer import Role
from ptml.review.store.schema import audit, devices, sessions
from ptml.review.words import WrongInputError
from tests.review.served import PASSWORD, Served, csrf_in, enter, serve

FULL = (passwords.HASHER.memory_cost, passwords.HASHER.time_cost)


@pytest.fixture
def ann(served: Served) -> str:
    """An account with a password."""
    return served.account(Role.reviewer, "ann", password=PASSWORD, units=None)


def actions(served: Served) -> list[str]:
    with served.database.read() as connection:
        return list(connection.scalars(select(audit.c.action).order_by(audit.c.number)))


def test_the_right_password_opens_a_session_and_the_place_that_was_asked_for(
    served: Served, ann: str
) -> None:
    browser = served.browser()
    found = enter(browser, "ann", PASSWORD, next="/cases?page=2")
    assert (found.status_code, found.headers["location"]) == (303, "/cases?page=2")
    cookie = found.headers.get_list("set-cookie")[0]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert browser.get("/cases").status_code == 200
    assert "sign_in" in actions(served)


def test_the_place_that_was_asked_for_comes_back_whole(served: Served, ann: str) -> None:
    browser = served.browser()
    found = browser.get("/cases?shown=closed&words=a%26b")
    page = browser.get(found.headers["location"])
    assert 'value="/cases?shown=closed&amp;words=a%26b"' in page.text


def test_a_wrong_login_and_a_wrong_password_are_told_in_the_same_words(
    served: Served, ann: str
) -> None:
    logins = ("ann", "nobody")
    one, other = (enter(served.browser(), login, "x") for login in logins)
    assert one.status_code == other.status_code == 401
    texts = {
        found.text.replace(csrf_in(found), "").replace(f'value="{login}"', "")
        for found, login in zip((one, other), logins, strict=True)
    }
    assert len(texts) == 1


def test_a_password_is_checked_for_a_login_that_is_not_there_too(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str | None]] = []

    def counted(password: str, kept: str | None) -> bool:
        asked.append((password, kept))
        return False

    monkeypatch.setattr("ptml.review.access.local.is_password", counted)
    enter(served.browser(), "nobody", "a guess")
    assert asked == [("a guess", None)]
    assert not is_password("nobody has this password", None)


def test_five_wrong_passwords_lock_a_login_for_a_while_even_for_the_right_one(
    served: Served, ann: str
) -> None:
    stranger = served.browser()
    for _ in range(5):
        assert enter(stranger, "ann", "wrong").status_code == 401
    assert enter(served.browser(), "ann", PASSWORD).status_code == 401
    served.clock.forward(minutes=16)
    assert enter(served.browser(), "ann", PASSWORD).status_code == 303


def test_a_stranger_cannot_lock_a_person_out_of_a_browser_that_is_known(
    served: Served, ann: str
) -> None:
    own = served.browser()
    assert enter(own, "ann", PASSWORD).status_code == 303
    stranger = served.browser()
    for _ in range(8):
        enter(stranger, "ann", "wrong")
    assert enter(served.browser(), "ann", PASSWORD).status_code == 401
    assert enter(own, "ann", PASSWORD).status_code == 303


def test_a_known_browser_is_locked_by_its_own_wrong_passwords_alone(
    served: Served, ann: str
) -> None:
    own = served.browser()
    enter(own, "ann", PASSWORD)
    for _ in range(5):
        enter(own, "ann", "wrong")
    assert enter(own, "ann", PASSWORD).status_code == 401
    assert enter(served.browser(), "ann", PASSWORD).status_code == 303


def test_a_browser_known_for_one_account_is_a_stranger_to_another(served: Served, ann: str) -> None:
    served.account(Role.reviewer, "bob", password=PASSWORD)
    browser = served.browser()
    enter(browser, "bob", PASSWORD)
    for _ in range(5):
        enter(browser, "ann", "wrong")
    assert enter(served.browser(), "ann", PASSWORD).status_code == 401


def test_logins_that_do_not_exist_fill_no_table(served: Served) -> None:
    with served.database.begin() as connection:
        for k in range(30):
            attempts.failed(connection, f"login {k}", served.clock.now(), served.config)
        served.clock.forward(hours=1)
        attempts.failed(connection, "login last", served.clock.now(), served.config)
        left = connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar_one()
    assert left == 1


def test_many_attempts_from_one_address_are_refused(small: Path, tmp_path: Path) -> None:
    served = serve(small, f"sqlite:///{tmp_path}/r.db", sign_ins_per_minute=3)
    browser = served.browser()
    csrf = csrf_in(browser.get("/sign-in"))
    told = [
        browser.post("/sign-in", data={"csrf": csrf, "login": f"l{k}"}).status_code
        for k in range(5)
    ]
    assert told == [401, 401, 401, 429, 429]
    assert browser.get("/sign-in").status_code == 200


def test_signing_in_anew_ends_the_session_that_the_browser_had(served: Served, ann: str) -> None:
    browser = served.browser()
    enter(browser, "ann", PASSWORD)
    first = browser.cookies["ptml_session"]
    enter(browser, "ann", PASSWORD)
    assert browser.cookies["ptml_session"] != first
    old = served.browser()
    old.cookies.set("ptml_session", first)
    assert old.get("/cases").status_code == 303


def test_a_session_that_somebody_made_up_is_none(served: Served, ann: str) -> None:
    browser = served.signed_in(ann)
    with served.database.read() as connection:
        kept = connection.scalar(select(sessions.c.token_hash))
    for made_up in (kept, "x" * 43, browser.cookies["ptml_session"] + "A", "é' OR 1=1 --"):
        other = served.browser()
        assert (
            other.get("/cases", headers={b"cookie": f"ptml_session={made_up}".encode()}).status_code
            == 303
        )


@pytest.mark.parametrize(("passed", "status"), [({"minutes": 29}, 200), ({"minutes": 31}, 303)])
def test_a_session_ends_when_it_is_idle(
    served: Served, ann: str, passed: dict[str, float], status: int
) -> None:
    browser = served.signed_in(ann)
    served.clock.forward(**passed)
    assert browser.get("/cases").status_code == status


def test_a_session_ends_after_a_day_of_work_however_busy(served: Served, ann: str) -> None:
    browser = served.signed_in(ann)
    for _ in range(30):
        served.clock.forward(minutes=20)
        assert browser.get("/cases").status_code == 200
    served.clock.forward(minutes=20)
    assert browser.get("/cases").status_code == 303


def test_signing_out_ends_the_session_on_the_server(served: Served, ann: str) -> None:
    browser = served.signed_in(ann)
    token = browser.cookies["ptml_session"]
    browser.post("/sign-out", data={"csrf": csrf_in(browser.get("/password"))})
    thief = served.browser()
    thief.cookies.set("ptml_session", token)
    assert thief.get("/cases").status_code == 303


def test_a_changed_password_ends_every_other_session_and_forgets_browsers(
    served: Served, ann: str
) -> None:
    own, elsewhere = served.browser(), served.browser()
    enter(own, "ann", PASSWORD)
    enter(elsewhere, "ann", PASSWORD)
    filled = {"old": PASSWORD, "password": "another horse battery"}
    csrf = csrf_in(own.get("/password"))
    found = own.post("/password", data={**filled, "csrf": csrf})
    assert found.headers["location"] == "/password?done=1"
    assert own.get("/cases").status_code == 200
    assert elsewhere.get("/cases").status_code == 303
    with served.database.read() as connection:
        assert connection.scalar(select(devices.c.token_hash)) is None
    assert enter(served.browser(), "ann", PASSWORD).status_code == 401
    assert enter(served.browser(), "ann", "another horse battery").status_code == 303


def test_an_open_session_does_not_serve_to_guess_the_password(served: Served, ann: str) -> None:
    browser = served.signed_in(ann)
    csrf = csrf_in(browser.get("/password"))
    for old in (*(f"guess {k}" for k in range(5)), PASSWORD):
        filled = {"csrf": csrf, "old": old, "password": "another horse battery"}
        assert browser.post("/password", data=filled).status_code == 422


def test_a_deactivated_account_is_out_at_once(served: Served, ann: str) -> None:
    browser = served.signed_in(ann)
    with served.database.begin() as connection:
        deactivate(connection, ann)
    assert browser.get("/cases").status_code == 303
    assert enter(served.browser(), "ann", PASSWORD).status_code == 401


@pytest.mark.parametrize("password", ["short", "a" * 12, "x" * 1001])
def test_a_password_that_is_easy_or_endless_is_refused_without_being_told(password: str) -> None:
    with pytest.raises(WrongInputError) as refused:
        hashed(password)
    assert password not in str(refused.value)


def test_two_accounts_share_neither_login_nor_address(served: Served, ann: str) -> None:
    served.account(Role.employee, "bob", email="Bob@Example.org")
    served.account(Role.employee, "without an address")
    with served.database.begin() as connection:
        for login, email in (("ann", "x@example.org"), ("eve", "bob@example.org")):
            with pytest.raises(WrongInputError):
                add_account(connection, login, "Name", Role.employee, email=email)


def test_what_is_kept_of_a_password_is_argon2id_at_full_cost() -> None:
    assert FULL == (65_536, 3)
    assert hashed(PASSWORD).startswith("$argon2id$")
