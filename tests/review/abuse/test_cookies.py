"""Cookies that were changed, cut, made up or brought from elsewhere, and forms of other sites."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptml.review.access.accounts import deactivate
from ptml.review.access.gate import form_token
from ptml.review.access.viewer import Role
from tests.review.abuse.someone import Someone, someone, wrong_in
from tests.review.served import PASSWORD, Served, csrf_in, serve
from tests.review.small_run import NAMES


def _is_let_in(served: Served, cookie: str) -> bool:
    """Whether somebody with the cookie sees a page about people."""
    served.clock.seconds += 10
    answer = served.browser().get(
        "/cases", headers={b"cookie": cookie.encode("latin-1", "replace")}
    )
    assert wrong_in(answer) is None
    return answer.status_code == 200 or any(name in answer.text for name in NAMES.values())


def _token(who: Someone) -> str:
    return str(who.browser.cookies["ptml_session"])


def test_a_cookie_that_is_not_the_whole_one_opens_nothing(served: Served) -> None:
    token = _token(someone(served))
    assert _is_let_in(served, f"ptml_session={token}")
    changed = [token[:-1], token + "A", token[:-1] + "é", token.swapcase(), "", "null", "0" * 43]
    changed += [token[:20], token * 50, f"{token}%00", f"../{token}", "' OR 1=1 --", "[]", "{}"]
    assert [one for one in changed if _is_let_in(served, f"ptml_session={one}")] == []
    # Under another name, too: that of a server behind HTTPS.
    assert not _is_let_in(served, f"__Host-ptml_session={token}")


def test_no_made_up_cookie_breaks_the_page_or_opens_it(served: Served) -> None:
    token = _token(someone(served))

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=80))
    def holds(text: str) -> None:
        if token not in text:
            for name in ("ptml_session", "ptml_form", "ptml_device", "ptml_language"):
                assert not _is_let_in(served, f"{name}={text}")
                answer = served.browser().get(
                    "/sign-in", headers={b"cookie": f"{name}={text}".encode("latin-1")}
                )
                assert wrong_in(answer) is None
                assert answer.status_code == 200

    holds()


def test_what_is_kept_of_a_session_is_no_cookie(served: Served) -> None:
    who = someone(served)
    with served.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT token_hash, csrf FROM sessions").all()
    assert _token(who) not in str(rows)
    for row in rows:
        assert not _is_let_in(served, f"ptml_session={row[0]}")
        assert not _is_let_in(served, f"ptml_session={row[1]}")


def test_a_cookie_of_another_database_opens_nothing(
    served: Served, small: Path, tmp_path: Path
) -> None:
    other = serve(small, f"sqlite:///{tmp_path}/other.db")
    assert not _is_let_in(served, f"ptml_session={_token(someone(other))}")


def test_a_session_of_a_deactivated_account_ends_at_once(served: Served) -> None:
    who = someone(served)
    with served.database.begin() as connection:
        deactivate(connection, who.account)
    assert who.get("/cases").status_code == 303
    assert who.post("/sign-out").status_code == 401


@pytest.mark.parametrize("how", ["idle", "long"])
def test_an_expired_session_is_not_woken_by_being_used(served: Served, how: str) -> None:
    who = someone(served)
    if how == "idle":
        served.clock.at += timedelta(minutes=served.config.idle_minutes, seconds=1)
    else:
        for _ in range(served.config.session_hours * 3 + 1):
            served.clock.at += timedelta(minutes=20)
            who.get("/model")
    assert who.get("/cases").status_code == 303
    assert who.get("/cases").status_code == 303


def test_who_signs_in_gets_another_session_than_the_browser_brought(served: Served) -> None:
    served.account(Role.reviewer, "ann", password=PASSWORD, units=None)
    stranger = someone(served, login="stranger")
    victim = served.browser()
    # A stranger put both cookies into the victim's browser before.
    planted = secrets.token_urlsafe(32)
    victim.cookies.set("ptml_session", _token(stranger))
    victim.cookies.set("ptml_form", planted)
    csrf = csrf_in(victim.get("/sign-in"))
    form = {"csrf": csrf, "login": "ann", "password": PASSWORD}
    answer = victim.post("/sign-in", data=form)
    assert answer.status_code == 303
    given = str(answer.headers["set-cookie"]).partition(";")[0]
    assert _is_let_in(served, given)
    assert _token(stranger) not in given
    # What the stranger knew opens nothing, neither the old session nor a form of the new one.
    assert not _is_let_in(served, f"ptml_session={_token(stranger)}")
    sent = served.browser().post(
        "/sign-out",
        data={"csrf": form_token(planted)},
        headers={"cookie": f"{given}; ptml_form={planted}"},
    )
    assert sent.status_code == 403


def test_a_form_cookie_that_is_none_of_ours_is_not_kept(served: Served) -> None:
    for planted in ("known to a stranger", "a" * 42, "a" * 44, '"a\\012b"', "é" * 43):
        browser = served.browser()
        answer = browser.get(
            "/sign-in", headers={b"cookie": f"ptml_form={planted}".encode("latin-1")}
        )
        assert planted not in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "carried", ["nothing", "another's", "in the address", "as a file", "twice"]
)
def test_a_form_without_the_token_of_its_session_changes_nothing(
    served: Served, carried: str
) -> None:
    who, other = someone(served), someone(served, login="other")
    address = f"/cases/{served.case_of('EMP-anna')}/decisions"
    form: dict[str, object] = {"version": "1", "kind": "accept"}
    match carried:
        case "nothing":
            found = who.browser.post(address, data=form)
        case "another's":
            found = who.browser.post(address, data={**form, "csrf": other.csrf})
        case "in the address":
            found = who.browser.post(f"{address}?csrf={who.csrf}", data=form)
        case "as a file":
            found = who.browser.post(address, data=form, files={"csrf": ("a", who.csrf.encode())})
        case _:
            found = who.browser.post(address, data={**form, "csrf": [who.csrf, other.csrf]})
    assert found.status_code == (415 if carried == "as a file" else 403)
    assert wrong_in(found) is None


@pytest.mark.parametrize(
    "told",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "nonsense"},
        {"origin": "https://elsewhere.example"},
        {"origin": "http://testserver.elsewhere.example"},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_token(
    served: Served, told: dict[str, str]
) -> None:
    who = someone(served)
    address = f"/cases/{served.case_of('EMP-anna')}/decisions"
    assert who.post(address, told, version=1, kind="accept").status_code == 403


@pytest.mark.parametrize(
    "told",
    [
        {"sec-fetch-site": "same-origin", "origin": "https://review.example.org"},
        {"origin": "http://testserver"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"origin": "null"},
        {"origin": "https://review.example.org"},
        {},
    ],
)
def test_a_form_of_ones_own_pages_is_taken(
    small: Path, tmp_path: Path, told: dict[str, str]
) -> None:
    served = serve(small, f"sqlite:///{tmp_path}/r.db", public_url="https://review.example.org/")
    who = someone(served)
    address = f"/cases/{served.case_of('EMP-anna')}/decisions"
    assert who.post(address, told, version=1, kind="accept").status_code == 303
