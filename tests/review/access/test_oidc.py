"""Sign in at a real OpenID provider: a server process of its own on this machine."""

import importlib.util
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from ptml.errors import UsageError
from ptml.review import ReviewConfig, create_app
from ptml.review.access.oidc import OidcProvider, OidcSettings
from ptml.review.access.oidc.settings import CLIENT_ID, CLIENT_SECRET, ISSUER
from ptml.review.access.viewer import Role
from tests.review.served import PASSWORD, Clock, Served, csrf_in, enter

EMAIL = "ann@example.org"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider's address."""
    if importlib.util.find_spec("oidc_provider_mock") is None:
        pytest.skip("oidc-provider-mock is not installed: signing in elsewhere is not tried")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, "-n", "true"], stdout=quiet, stderr=quiet)
    try:
        _wait_for(f"http://127.0.0.1:{port}/.well-known/openid-configuration")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(address, timeout=5)
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


@pytest.fixture
def served(issuer: str, small: Path, tmp_path: Path) -> Served:
    """The page with that provider; on today's clock, since the provider's tokens are of today."""
    clock = Clock(at=datetime.now(UTC))
    app = create_app(
        str(small),
        f"sqlite:///{tmp_path}/review.db",
        ReviewConfig(secure_cookies=False),
        clock.now,
        clock.steady,
        oidc=OidcSettings(issuer, "ptml", "a secret"),
    )
    return Served(app, clock)


def user(issuer: str, subject: str, email: str = EMAIL, is_verified: bool = True) -> str:
    """Let the provider know somebody; give the subject."""
    claims = {"email": email, "email_verified": is_verified}
    httpx.put(f"{issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()
    return subject


def begun(browser: TestClient) -> str:
    """Begin to sign in; give the provider's address."""
    found = browser.get("/sign-in/oidc?next=/cases%3Fpage=2")
    assert found.status_code == 303
    return str(found.headers["location"])


def consented(address: str, subject: str) -> str:
    """Agree at the provider; give the address it sends the browser back to."""
    answer = httpx.post(address, data={"sub": subject}, timeout=5)
    assert answer.status_code == 302
    return str(answer.headers["location"])


def back(browser: TestClient, address: str) -> Response:
    """Come back from the provider."""
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def signed_in(served: Served, issuer: str, subject: str) -> Response:
    """Go the whole way in a new browser."""
    browser = served.browser()
    return back(browser, consented(begun(browser), subject))


def test_the_browser_is_sent_away_with_a_challenge_a_state_and_a_nonce(
    served: Served, issuer: str
) -> None:
    asked = parse_qs(urlsplit(begun(served.browser())).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == 64
    assert asked["redirect_uri"] == ["http://testserver/sign-in/oidc/back"]
    assert "a secret" not in str(asked)


def test_the_first_time_an_account_is_found_by_its_verified_address_and_then_by_subject(
    served: Served, issuer: str
) -> None:
    served.account(Role.reviewer, "ann", email=EMAIL, units=None)
    subject = user(issuer, "first")
    browser = served.browser()
    found = back(browser, consented(begun(browser), subject))
    assert (found.status_code, found.headers["location"]) == (303, "/cases?page=2")
    assert browser.get("/cases").status_code == 200
    user(issuer, "first", "married@example.org")
    assert signed_in(served, issuer, "first").status_code == 303
    # Whoever gets the old address later is somebody else.
    assert signed_in(served, issuer, user(issuer, "second")).status_code == 401


@pytest.mark.parametrize(("email", "is_verified"), [("nobody@example.org", True), (EMAIL, False)])
def test_who_has_no_account_or_no_verified_address_is_told_so(
    served: Served, issuer: str, email: str, is_verified: bool
) -> None:
    served.account(Role.reviewer, "ann", email=EMAIL)
    found = signed_in(served, issuer, user(issuer, f"other-{is_verified}", email, is_verified))
    assert found.status_code == 401
    assert "You have no account here" in found.text


def test_a_deactivated_account_does_not_get_in(served: Served, issuer: str) -> None:
    from ptml.review.access.accounts import deactivate

    account = served.account(Role.reviewer, "ann", email=EMAIL)
    subject = user(issuer, "gone")
    assert signed_in(served, issuer, subject).status_code == 303
    with served.database.begin() as connection:
        deactivate(connection, account)
    assert signed_in(served, issuer, subject).status_code == 401


def test_a_way_back_serves_once_and_only_its_own_browser(served: Served, issuer: str) -> None:
    served.account(Role.reviewer, "ann", email=EMAIL)
    browser = served.browser()
    address = consented(begun(browser), user(issuer, "ann"))
    victim = served.browser()
    victim.get("/sign-in")
    assert back(victim, address).status_code == 401
    assert back(browser, address).status_code == 303
    assert back(browser, address).status_code == 401


def test_a_way_back_that_took_too_long_or_lost_its_state_is_refused(
    served: Served, issuer: str
) -> None:
    served.account(Role.reviewer, "ann", email=EMAIL)
    browser = served.browser()
    address = consented(begun(browser), user(issuer, "ann"))
    assert back(browser, address.replace("state=", "state=x")).status_code == 401
    assert back(browser, f"{address}&iss=https://elsewhere.example").status_code == 401
    address = consented(begun(browser), "ann")
    served.clock.forward(minutes=11)
    assert back(browser, address).status_code == 401


def test_a_token_for_another_sign_in_is_not_believed(
    served: Served, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.account(Role.reviewer, "ann", email=EMAIL)
    browser = served.browser()
    sent = begun(browser)
    nonce = parse_qs(urlsplit(sent).query)["nonce"][0]
    address = consented(sent.replace(nonce, "of-another-sign-in"), user(issuer, "ann"))
    assert back(browser, address).status_code == 401


@pytest.mark.parametrize("passed", [{"hours": 2}, {"days": -1}])
def test_a_token_that_is_out_of_date_is_not_believed(
    served: Served, issuer: str, passed: dict[str, float]
) -> None:
    provider = served.app.state.review.oidc
    sent = provider.address("http://testserver/sign-in/oidc/back", "s" * 43, "n" * 43, "v" * 43)
    code = parse_qs(urlsplit(consented(sent, user(issuer, "ann"))).query)["code"][0]
    served.clock.forward(**passed)
    given = ("http://testserver/sign-in/oidc/back", code, "v" * 43, "n" * 43, served.clock.now())
    with pytest.raises(Exception, match="answer is refused") as refused:
        provider.identity(*given)
    assert code not in str(refused.value)


def test_a_provider_that_is_not_there_is_told_and_local_accounts_still_work(
    small: Path, tmp_path: Path
) -> None:
    clock = Clock()
    address = f"sqlite:///{tmp_path}/review.db"
    elsewhere = OidcSettings("http://127.0.0.1:9", "ptml", "a secret")
    settings = ReviewConfig(secure_cookies=False)
    app = create_app(str(small), address, settings, clock.now, clock.steady, oidc=elsewhere)
    found = Served(app, clock).browser().get("/sign-in/oidc")
    assert found.status_code == 502
    assert "Try again" in found.text
    assert 'name="password"' in found.text


def test_without_a_provider_there_is_no_such_way(small: Path, tmp_path: Path) -> None:
    clock, settings = Clock(), ReviewConfig(secure_cookies=False)
    app = create_app(str(small), f"sqlite:///{tmp_path}/r.db", settings, clock.now, clock.steady)
    browser = Served(app, clock).browser()
    assert browser.get("/sign-in/oidc").status_code == 404
    assert browser.get("/sign-in/oidc/back?state=x&code=y").status_code == 404
    assert "organisation" not in browser.get("/sign-in").text


def test_settings_come_from_the_environment_whole_and_over_https() -> None:
    whole = {ISSUER: "https://id.example.org/", CLIENT_ID: "ptml", CLIENT_SECRET: "hidden"}
    found = OidcSettings.from_environment(whole)
    assert found is not None
    assert found.issuer == "https://id.example.org"
    assert "hidden" not in repr(found)
    assert OidcSettings.from_environment({}) is None
    with pytest.raises(UsageError, match=f"set {CLIENT_SECRET} too"):
        OidcSettings.from_environment({ISSUER: "https://id.example.org", CLIENT_ID: "ptml"})
    with pytest.raises(UsageError, match="must be an https:// address"):
        OidcSettings.from_environment({**whole, ISSUER: "http://id.example.org"})


def leave(browser: TestClient) -> Response:
    """Sign out here."""
    return browser.post("/sign-out", data={"csrf": csrf_in(browser.get("/password"))})


def test_who_signs_out_here_is_signed_out_at_the_provider_too(served: Served, issuer: str) -> None:
    served.account(Role.reviewer, "ann", email=EMAIL)
    browser = served.browser()
    back(browser, consented(begun(browser), user(issuer, "ann")))
    token = browser.cookies.get("ptml_elsewhere")
    assert token
    assert leave(browser).headers["location"] == "/sign-out/done"
    done = browser.get("/sign-out/done")
    assert '<meta http-equiv="refresh" content="0; url=/sign-out/elsewhere">' in done.text
    to = urlsplit(browser.get("/sign-out/elsewhere").headers["location"])
    assert f"{to.scheme}://{to.netloc}{to.path}" == f"{issuer}/oauth2/end_session"
    assert parse_qs(to.query) == {
        "client_id": ["ptml"],
        "post_logout_redirect_uri": ["http://testserver/sign-in"],
        "id_token_hint": [token],
    }
    assert httpx.get(to.geturl(), timeout=5).status_code == 200
    assert browser.cookies.get("ptml_elsewhere") is None
    assert browser.get("/sign-out/elsewhere").headers["location"] == "/"


def test_another_site_does_not_sign_out_who_is_signed_in(served: Served, issuer: str) -> None:
    served.account(Role.reviewer, "ann", email=EMAIL)
    browser = served.browser()
    back(browser, consented(begun(browser), user(issuer, "ann")))
    assert browser.get("/sign-out/elsewhere").headers["location"] == "/"
    assert browser.cookies.get("ptml_elsewhere")


def test_who_signed_in_with_a_password_stays_signed_in_at_the_provider(
    served: Served, issuer: str
) -> None:
    served.account(Role.reviewer, "ann", email=EMAIL, password=PASSWORD)
    browser = served.browser()
    back(browser, consented(begun(browser), user(issuer, "ann")))
    leave(browser)
    enter(browser, "ann", PASSWORD)
    assert browser.cookies.get("ptml_elsewhere") is None
    assert leave(browser).headers["location"] == "/sign-in"


def test_a_provider_that_ends_no_sessions_or_is_gone_is_left_out(
    served: Served, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = OidcProvider(OidcSettings(issuer, "ptml", "a secret"), _about={"issuer": issuer})
    assert provider.end("http://testserver/sign-in", "t") is None
    gone = OidcProvider(OidcSettings("http://127.0.0.1:9", "ptml", "a secret"))
    review = replace(served.app.state.review, oidc=gone)
    monkeypatch.setattr(served.app.state, "review", review)
    browser = served.browser()
    browser.cookies.set("ptml_elsewhere", "a.b.c")
    assert browser.get("/sign-out/elsewhere").headers["location"] == "/"
