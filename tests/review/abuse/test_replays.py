"""Forms that come twice, late, or about what is gone: told apart, and never written twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ptml.review.access.viewer import Role
from ptml.review.store.schema import audit, decisions, objections
from ptml.review.subjects.erasing import Subject, erase
from tests.review.abuse.someone import back, someone
from tests.review.served import Served, csrf_in


def _count(served: Served, table: object) -> int:
    with served.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def test_a_decision_that_is_sent_twice_is_written_once_and_the_second_is_a_conflict(
    served: Served,
) -> None:
    who, case = someone(served), served.case_of("EMP-anna")
    form = {"version": 1, "kind": "ask", "question": "Was there a project?"}
    assert who.post(f"/cases/{case}/decisions", **form).status_code == 303
    second = who.post(f"/cases/{case}/decisions", **form)
    assert second.status_code == 409
    assert "Was there a project?" in second.text
    assert _count(served, decisions) == 1


def test_a_decision_is_not_undone_twice_nor_by_a_page_from_before(served: Served) -> None:
    who, case = someone(served), served.case_of("EMP-anna")
    who.post(f"/cases/{case}/decisions", version=1, kind="accept")
    assert who.post(f"/cases/{case}/undo", version=1).status_code == 409
    assert who.post(f"/cases/{case}/undo", version=2).status_code == 303
    assert who.post(f"/cases/{case}/undo", version=2).status_code == 409
    assert who.post(f"/cases/{case}/undo", version=3).status_code == 409


@pytest.mark.parametrize("version", [0, -1, 2, 99, 10**18, 10**200])
def test_a_version_that_the_case_does_not_have_is_a_conflict(served: Served, version: int) -> None:
    who, case = someone(served), served.case_of("EMP-anna")
    found = who.post(f"/cases/{case}/decisions", version=version, kind="accept")
    assert found.status_code == 409
    assert _count(served, decisions) == 0


def test_a_case_that_was_erased_meanwhile_is_not_there(served: Served) -> None:
    who, case = someone(served), served.case_of("EMP-anna")
    with served.database.begin() as connection:
        erase(connection, Subject.of(connection, "EMP-anna"), served.clock.now())
    for what in ("decisions", "undo"):
        found = who.post(f"/cases/{case}/{what}", version=1, kind="accept")
        assert found.status_code == 404
    assert _count(served, decisions) == 0


def test_an_objection_is_answered_once_and_who_comes_second_keeps_the_words(served: Served) -> None:
    first, second = someone(served), someone(served, login="other")
    made = served.objection("EMP-anna", "That is wrong.")
    assert first.post(f"/objections/{made}", text="We looked.").status_code == 303
    found = second.post(f"/objections/{made}", text="My own words.")
    assert found.status_code == 409
    assert "My own words." in found.text
    assert "We looked." in found.text
    with served.database.read() as connection:
        assert connection.scalar(select(objections.c.answer)) == "We looked."
    # Who may not see the objection is told nothing of it.
    third = someone(served, login="south", units=("south",))
    assert third.post(f"/objections/{made}", text="Mine.").status_code == 404


def test_a_form_that_comes_after_the_sign_out_does_nothing(served: Served) -> None:
    who, case = someone(served), served.case_of("EMP-anna")
    token = who.browser.cookies["ptml_session"]
    who.post("/sign-out")
    # The browser of somebody who kept the cookie.
    who.browser.cookies.set("ptml_session", token)
    before = _count(served, audit)
    assert who.post(f"/cases/{case}/decisions", version=1, kind="accept").status_code == 401
    assert who.post("/me/objections", kind="object", about="other", text="x").status_code == 401
    assert who.get(f"/cases/{case}").status_code == 303
    assert _count(served, decisions) == 0
    assert _count(served, audit) == before


def test_a_page_from_an_ended_session_is_not_sent_in_the_next_one(served: Served) -> None:
    who, case = someone(served), served.case_of("EMP-anna")
    old = who.csrf
    who.post("/sign-out")
    again = back(served, who.account)
    form = {"version": 1, "kind": "accept"}
    found = again.browser.post(f"/cases/{case}/decisions", data={"csrf": old, **form})
    assert found.status_code == 403
    assert _count(served, decisions) == 0


def test_a_page_to_sign_in_at_that_was_left_open_still_serves(served: Served) -> None:
    # Two tabs: who signs in in one, and then in the other, is not turned away.
    served.account(Role.reviewer, "ann", password="a long password", units=None)
    browser = served.browser()
    csrf = csrf_in(browser.get("/sign-in"))
    form = {"csrf": csrf, "login": "ann", "password": "a long password"}
    assert browser.post("/sign-in", data=form).status_code == 303
    first = browser.cookies["ptml_session"]
    assert browser.post("/sign-in", data=form).status_code == 303
    assert browser.cookies["ptml_session"] != first


def test_a_session_ends_by_time_whatever_is_sent(served: Served, tmp_path: Path) -> None:
    who, case = someone(served), served.case_of("EMP-anna")
    served.clock.at += timedelta(minutes=served.config.idle_minutes, seconds=1)
    assert who.post(f"/cases/{case}/decisions", version=1, kind="accept").status_code == 401
    assert _count(served, decisions) == 0
