"""Slow, many, and from nobody: memory and tables stay bounded, and the log tells no secret."""

import asyncio
import json
import logging
import secrets
import tracemalloc
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from ptml.review.access import limits, sessions
from ptml.review.access.body import BodyLimit
from ptml.review.access.limits import RateLimit
from ptml.review.access.log import JsonLines
from ptml.review.access.viewer import Role
from ptml.review.store.schema import attempts, audit
from ptml.review.store.schema import sessions as sessions_table
from tests.review.abuse.someone import someone
from tests.review.served import PASSWORD, Served, csrf_in, enter


def test_a_body_that_comes_byte_by_byte_is_refused_when_its_time_is_over() -> None:
    n_bytes = 0

    async def dripping() -> Message:
        nonlocal n_bytes
        await asyncio.sleep(0.02)
        n_bytes += 1
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass

    async def send(_: Message) -> None: ...

    scope: Scope = {"type": "http", "headers": [], "method": "POST"}
    with pytest.raises(HTTPException) as refused:
        # The longest pause is far below a second; all of it together is not.
        asyncio.run(asyncio.wait_for(BodyLimit(app, 10_000, 1)(scope, dripping, send), 20))
    assert refused.value.status_code == 408
    assert n_bytes < 60


def test_what_is_kept_of_those_who_ask_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_KNOWN", 1_000)
    limit = RateLimit(300)
    tracemalloc.start()
    for k in range(20_000):
        assert limit.allows(f"from 10.0.{k}", k / 1000)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 1_000_000


def test_ten_thousand_cookies_of_nobody_are_one_who_asks(served: Served) -> None:
    limit = served.app.state.review.limit
    with served.database.read() as connection:
        for _ in range(10_000):
            token = secrets.token_urlsafe(16)
            assert sessions.found(connection, token, served.clock.now(), served.config) is None
    for k in range(400):
        found = served.browser().get("/cases", headers={"cookie": f"ptml_session={k}"})
        # Refused as one address, whatever the cookie says.
        assert found.status_code == (303 if k < served.config.requests_per_minute else 429)
    assert len(limit._left) == 1
    assert "<h1>" in found.text


def test_a_crowd_of_one_account_does_not_keep_others_out(served: Served) -> None:
    loud, quiet = someone(served), someone(served, login="quiet")
    for _ in range(served.config.requests_per_minute):
        loud.get("/health")
    assert loud.get("/model").status_code == 429
    assert quiet.get("/model").status_code == 200


def test_sessions_and_attempts_that_are_over_are_removed(served: Served) -> None:
    account = served.account(Role.reviewer, "ann", password=PASSWORD, units=None)
    with served.database.begin() as connection:
        for _ in range(300):
            sessions.start(connection, account, served.clock.now(), served.config)
    for k in range(5):
        enter(served.browser(), f"made-up-{k}", "no")
    served.clock.forward(hours=24)
    enter(served.browser(), "made-up", "no")
    assert enter(served.browser(), "ann", PASSWORD).status_code == 303
    with served.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(sessions_table)) == 1
        assert (connection.scalar(select(func.count()).select_from(attempts)) or 0) <= 1


def test_who_guesses_without_end_fills_neither_log_nor_table(served: Served) -> None:
    browser = served.browser()
    csrf = csrf_in(browser.get("/sign-in"))
    for k in range(200):
        browser.post("/sign-in", data={"csrf": csrf, "login": f"l{k}", "password": "x"})
    most = served.config.sign_ins_per_minute
    with served.database.read() as connection:
        lines = select(func.count()).where(audit.c.action == "sign_in.refused")
        assert connection.scalar(lines) == most
        assert (connection.scalar(select(func.count()).select_from(attempts)) or 0) <= most
    # Next minute the person who really is there can sign in.
    served.account(Role.reviewer, "ann", password=PASSWORD, units=None)
    served.clock.at += timedelta(minutes=1)
    served.clock.seconds += 60
    assert enter(browser, "ann", PASSWORD).status_code == 303


def test_the_log_of_an_attack_tells_neither_secrets_nor_what_was_sent(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    who = someone(served)
    token, case = str(who.browser.cookies["ptml_session"]), served.case_of("EMP-anna")
    word = "a-word-of-the-attacker"
    who.post(f"/cases/{case}/decisions", version=1, kind="ask", question=word)
    who.post(f"/cases/{case}/decisions", version=word, kind="ask", question=word)
    who.get(f"/cases?words={word}%00")
    who.get(f"/{word}%0d%0ax")
    who.browser.post("/sign-out", content=word.encode(), headers={"content-type": "text/plain"})
    served.browser().get(f"/sign-in?next={word}", headers={"cookie": f"ptml_session={word}"})
    enter(served.browser(), word, f"password {word}")
    told = "".join(
        JsonLines().format(one) + str(one.__dict__) for one in caplog.records
        if one.name.startswith(("ptml", "uvicorn", "sqlalchemy", "python_multipart"))
    )  # fmt: skip
    assert json.dumps(word)[1:-1] not in told
    assert [s for s in (token, who.csrf, case, "EMP-anna", "Alvarez") if s in told] == []
    assert told.count('"event": "request"') >= 7
