"""What goes over the wire and into the log: headers, sizes, time, and no word about people."""

import asyncio
import json
import logging
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from ptml.review.access.body import BodyLimit
from ptml.review.access.headers import HEADERS
from ptml.review.access.log import JsonLines
from ptml.review.access.viewer import Role
from tests.review.served import PASSWORD, Served, csrf_in, enter, serve


@pytest.mark.parametrize(
    "place", ["/sign-in", "/static/review.css", "/nothing", "/cases", "/health"]
)
def test_every_answer_has_the_headers(served: Served, place: str) -> None:
    found = served.browser().get(place)
    assert {name: found.headers[name] for name in HEADERS} == dict(HEADERS)
    policy = found.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_cookies_behind_https_are_bound_to_the_host_and_the_browser_stays_with_it(
    small: Path, tmp_path: Path
) -> None:
    served = serve(small, f"sqlite:///{tmp_path}/r.db", secure_cookies=True)
    found = served.browser().get("https://testserver/sign-in")
    assert found.headers["strict-transport-security"] == "max-age=31536000"
    cookie = found.headers["set-cookie"]
    assert cookie.startswith("__Host-ptml_form=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_a_failure_of_ours_is_a_plain_page_with_the_headers(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("Anna Alvarez")

    monkeypatch.setattr("ptml.review.pages.worklist.listed", broken)
    browser = served.signed_in(served.account(Role.reviewer, units=None))
    found = browser.get("/cases")
    assert found.status_code == 500
    assert "Nothing was saved" in found.text
    assert "Alvarez" not in found.text
    assert found.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_a_body_that_says_or_turns_out_to_be_too_long_is_refused(served: Served) -> None:
    browser = served.browser()
    csrf = csrf_in(browser.get("/sign-in"))
    told = {"csrf": csrf, "login": "x" * 200_000}
    assert browser.post("/sign-in", data=told).status_code == 413
    pieces = (b"login=" + b"x" * 70_000 for _ in range(3))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/sign-in", content=pieces, headers=kind).status_code == 413
    for length in ("-1", "9" * 30, "no"):
        answer = browser.post("/sign-in", headers={"content-length": length, **kind})
        assert answer.status_code == 413


def test_the_longest_note_in_chinese_is_let_in(served: Served) -> None:
    browser = served.signed_in(served.account(Role.reviewer, units=None))
    case = served.case_of("EMP-anna")
    form = {"csrf": csrf_in(browser.get("/password")), "version": "1", "kind": "ask"}
    found = browser.post(f"/cases/{case}/decisions", data={**form, "note": "學" * 4000})
    assert found.status_code == 303


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError("nobody should wait for this")

    async def send(_: Message) -> None: ...

    scope: Scope = {"type": "http", "headers": [], "method": "POST"}
    with pytest.raises(HTTPException) as refused:
        asyncio.run(BodyLimit(app, 100, 0)(scope, never, send))
    assert refused.value.status_code == 408


def test_one_line_of_json_tells_of_a_request_and_of_nobody(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    account = served.account(Role.reviewer, "ann", password=PASSWORD, units=None)
    caplog.set_level(logging.INFO, "ptml.review")
    browser = served.browser()
    enter(browser, "ann", "a wrong password that is a secret")
    enter(browser, "ann", PASSWORD)
    case = served.case_of("EMP-anna")
    browser.get("/cases?words=alvarez")
    browser.get(f"/cases/{case}")
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    last = lines[-1]
    assert {name: last[name] for name in ("event", "method", "route", "status", "account")} == {
        "event": "request",
        "method": "GET",
        "route": "case",
        "status": 200,
        "account": account,
    }
    text = json.dumps(lines)
    secret = ("alvarez", "secret", PASSWORD, case, "EMP-", browser.cookies["ptml_session"], "words")
    assert [word for word in secret if word in text] == []


def test_a_logged_error_is_told_by_kind_and_place_and_not_by_its_message() -> None:
    try:
        raise ValueError("Anna Alvarez")
    except ValueError as error:
        found = logging.LogRecord(
            "x", 40, "f.py", 1, "went wrong", (), (ValueError, error, error.__traceback__)
        )
    told = json.loads(JsonLines().format(found))
    assert told["error"] == "ValueError"
    assert "test_wire.py" in told["where"][-1]
    assert "Alvarez" not in json.dumps(told)
