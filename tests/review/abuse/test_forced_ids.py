"""Ids of rows of others look like ids of nothing, whatever way they are asked for."""

import re

import pytest
from httpx2 import Response
from sqlalchemy import select

from ptml.review.access.viewer import Role
from ptml.review.app import routes_of
from ptml.review.store.schema import audit
from tests.review.abuse.someone import Someone, someone, wrong_in
from tests.review.served import Served
from tests.review.small_run import NAMES

_FORM = {"version": "1", "kind": "accept", "text": "An answer."}
_ADDRESSES = {
    "case": ("GET", "/cases/{}"),
    "decide": ("POST", "/cases/{}/decisions"),
    "undo": ("POST", "/cases/{}/undo"),
    "answer": ("POST", "/objections/{}"),
    "team": ("GET", "/teams/{}"),
}


def _ids(served: Served, route: str) -> tuple[str, str]:
    """An id of a row of others, and one of nothing that is as long."""
    if route == "team":
        return "south-team", "nowhere-00"
    if route == "answer":
        return served.objection("EMP-bert", "That is wrong."), "objection-9"
    return served.case_of("EMP-bert"), "0" * 16


def _asked(who: Someone, method: str, address: str, form: dict[str, str]) -> Response:
    return who.get(address) if method == "GET" else who.post(address, **form)


def _log(served: Served) -> list[tuple[str, str, str]]:
    with served.database.read() as connection:
        lines = connection.execute(select(audit).order_by(audit.c.number)).all()
    return [(line.action, line.subject, line.detail) for line in lines]


@pytest.mark.parametrize("form", [_FORM, {}, {"version": "x"}, {**_FORM, "text": "x" * 5000}])
@pytest.mark.parametrize("route", _ADDRESSES)
def test_a_row_of_others_is_answered_as_one_that_is_not_there(
    served: Served, route: str, form: dict[str, str]
) -> None:
    who = someone(served, units=("north",))
    method, address = _ADDRESSES[route]
    told = []
    for row in _ids(served, route):
        before = len(_log(served))
        answer = _asked(who, method, address.format(row), form)
        text = answer.text.replace(row, "ID").replace(who.csrf, "CSRF")
        headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
        told.append((answer.status_code, text, headers, _log(served)[before:]))
        assert answer.status_code in (404, 422)
        assert not any(name in text for name in NAMES.values())
    assert told[0] == told[1]


def test_every_route_with_an_id_of_a_row_is_among_those_that_are_tried(served: Served) -> None:
    with_rows = {
        route.name
        for route in routes_of(served.app)
        if set(route.param_convertors) & {"case_id", "objection_id", "unit"}
    }
    assert with_rows == set(_ADDRESSES)
    everything = {name for route in routes_of(served.app) for name in route.param_convertors}
    # Courses are everybody's; accounts are the administrator's, who has no scope.
    assert everything == {
        "case_id",
        "objection_id",
        "unit",
        "course_id",
        "account_id",
        "language",
        "form",
    }


_TRICKS = (
    "{}%00",
    "%00",
    "{}%0d%0aSet-Cookie:%20a=b",
    "..%2f{}",
    "..%2f..%2fapp.py",
    "%2e%2e/{}",
    "{};x=1",
    "{}%2fdecisions",
    "%c0%ae%c0%ae",
    "%ff%fe",
    "{}'--",
    "%25{}",
    "{}*",
    "_" * 16,
    "x" * 5000,
    "%F0%9F%98%80" * 300,
)


@pytest.mark.parametrize("trick", _TRICKS)
def test_tricks_with_the_address_reach_nothing(served: Served, trick: str) -> None:
    who = someone(served, units=("north",))
    place = trick.replace("{}", served.case_of("EMP-bert"))
    for begin in ("/cases/", "/objections/", "/teams/", "/courses/", "/static/", "/accounts/"):
        for answer in (who.get(begin + place), who.post(begin + place, **_FORM)):
            assert wrong_in(answer) is None, (begin, trick)
            assert 400 <= answer.status_code < 500
            assert "Brandt" not in answer.text
            assert "set-cookie" not in answer.headers
    with served.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM decisions").scalar() == 0


def test_fields_of_a_form_do_not_choose_for_whom_it_is(served: Served) -> None:
    # The id in the address counts, and who signed in; ids in the form are nobody's.
    who = someone(served, Role.employee, units=(), employee_id="EMP-anna")
    form = {"kind": "object", "about": "other", "text": "Mine.", "employee_id": "EMP-bert"}
    assert who.post("/me/objections?employee_id=EMP-bert", **form).status_code == 303
    with served.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT employee_id FROM objections").all()
    assert [row[0] for row in rows] == ["EMP-anna"]
    copied = who.get("/me/copy.json?employee_id=EMP-bert").text
    assert "Anna Alvarez" in copied
    assert not re.search("Brandt|EMP-bert", copied)
