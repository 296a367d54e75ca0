"""Script and tricks in names, notes, objections, answers and reasons: shown as what they are."""

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from httpx2 import Response

from ptml.review.access.viewer import Role
from ptml.review.pages.signing_in import inside
from ptml.review.subjects.naming import Named, bring_names
from tests.review.abuse.someone import someone, wrong_in
from tests.review.conftest import (
    COURSES,
    INTERVENTIONS,
    PEOPLE,
    REASONS,
    RUN_ID,
    UNITS,
    WHAT_IF,
    default_warnings,
    publish,
    reason,
)
from tests.review.served import Served, serve

ALERT = "<script>alert(1)</script>"
TRICKS = (
    ALERT,
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{7*7}}{% include 'base.html' %}${7*7}",
    "javascript:alert(1)",
    "</textarea></title><svg/onload=alert(1)>",
    "line\r\nSet-Cookie: a=b",
    "\u202egpj.exe\u2066",
    "%(day)s {0} {x.__class__}",
    "=HYPERLINK(1)",
)
ALL = " ".join(TRICKS)
_RUNS = {"script", "img", "svg", "iframe", "object", "embed", "base"}


class Found(HTMLParser):
    """Elements and attributes of a page by which something could be run or fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        told = dict(attrs)
        ours = (told.get("src") or "").startswith("/static/") and set(told) <= {"src", "defer"}
        is_drawing = tag == "svg" and not any(name.startswith("on") for name in told)
        if tag in _RUNS and not (tag == "script" and ours) and not is_drawing:
            self.bad.append(f"<{tag} {told}>")
        for name, value in told.items():
            is_link = name in ("href", "src", "action", "formaction", "xlink:href")
            is_inside = re.match(r"[/#?]|data:,$|$", value or "") and not (value or "").startswith(
                "//"
            )
            if name.startswith("on") or name == "style" or (is_link and not is_inside):
                self.bad.append(f"{name}={value}")


def _bad_in(text: str) -> list[str]:
    found = Found()
    found.feed(text)
    return found.bad


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """A page on a run in which every name and every value is a trick."""
    folder = tmp_path_factory.mktemp("script")
    reasons = [{**one, "text": ALL} for one in REASONS]
    reasons[0] |= {"values": {"points": ALL, "unit": ALL}}
    reasons += [{**reason(f"odd{ALERT}", f"no.such.key{ALERT}", 0.4), "text": ALL}]
    steps = [{**INTERVENTIONS[0], "owner": ALL, "owner_id": ALL}]
    steps += [{**steps[0], "code": ALL, "text_key": ALL, "text": ALL}]
    levers = [{**WHAT_IF[0], "text": ALL, "caution": ALL, "text_key": ALL, "lever": ALL}]
    tables: dict[str, Any] = {
        "warnings": [
            {
                **row,
                "reasons": json.dumps(reasons),
                "interventions": json.dumps(steps),
                "what_if": json.dumps(levers),
                "unit_matter": ALERT,
            }
            for row in default_warnings()
        ],
        "units": [
            {"org_unit_id": unit, "name": f"{unit} {ALL}", "parent_id": above}
            for unit, above in UNITS.items()
        ],
        "course_health": [
            {
                "course_id": course, "title": f"{title} {ALL}", "enrolled": 9, "completed": 9,
                "alerts": json.dumps([]),
            }
            for course, title in COURSES.items()
        ],
    }  # fmt: skip
    out = publish(folder / "out", RUN_ID, **tables)
    often = {"requests_per_minute": 1_000_000, "sign_ins_per_minute": 1_000_000}
    served = serve(out, f"sqlite:///{folder}/review.db", **often)
    named = [Named(who, f"{who} {ALL}", None) for who in PEOPLE]
    with served.database.begin() as connection:
        bring_names(connection, named, served.clock.now())
    return served


def _shown_well(answer: Response, says: str = ALERT) -> None:
    assert wrong_in(answer) is None
    assert answer.status_code in (200, 409, 422), answer.status_code
    assert _bad_in(answer.text) == []
    assert ALERT not in answer.text
    assert says == "" or ("&lt;script&gt;" in answer.text and "{{7*7}}" in answer.text)
    assert "a=b" not in answer.headers.get("set-cookie", "")


def test_the_test_sees_what_could_be_run() -> None:
    for trick in TRICKS[:3]:
        assert _bad_in(f"<p title='{trick}'>{trick}</p>") != []
    assert _bad_in('<a href="javascript:alert(1)">x</a>') != []
    assert _bad_in('<a href="//evil.example">x</a>') != []


def test_names_notes_and_reasons_are_shown_as_text(page: Served) -> None:
    who, case = someone(page, employee_id="e01"), page.case_of("e01")
    for address in ("/cases", f"/cases/{case}", "/teams", "/teams/site-a", "/courses", "/me"):
        _shown_well(who.get(address), "" if address == "/me" else ALERT)
    form = {"version": 1, "kind": "assign", "intervention": "transfer_goal"}
    told = {"owner": ALL[:200], "due_on": "2026-10-20", "note": ALL}
    assert who.post(f"/cases/{case}/decisions", **form, **told).status_code == 303
    _shown_well(who.get(f"/cases/{case}"))
    # What was entered comes back when it cannot be taken, and when somebody was quicker.
    _shown_well(who.post(f"/cases/{case}/decisions", **{**form, **told, "version": 1}))
    late = {**form, **told, "version": 2, "due_on": ALL, "kind": "assign"}
    _shown_well(who.post(f"/cases/{case}/decisions", **late))
    for name in ("shown", "unit", "course", "reason", "stage", "words", "sort"):
        answer = who.browser.get("/cases", params={name: ALL[:200]})
        assert answer.status_code in (200, 422)
        assert _bad_in(answer.text) == []
        assert "set-cookie" not in answer.headers
        assert "\n" not in answer.headers.get("hx-push-url", "")


def test_objections_and_answers_are_shown_as_text(page: Served) -> None:
    person = someone(page, Role.employee, "person", units=(), employee_id="e02")
    who = someone(page, login="answers")
    assert person.post("/me/objections", kind="object", about="other", text=ALL).status_code == 303
    _shown_well(person.post("/me/objections", kind=ALL, about=ALL, text=ALL))
    _shown_well(who.get("/objections"))
    with page.database.read() as connection:
        made = connection.exec_driver_sql("SELECT objection_id FROM objections").scalar()
    assert who.post(f"/objections/{made}", text=ALL).status_code == 303
    _shown_well(who.post(f"/objections/{made}", text=ALL))
    _shown_well(who.get("/objections"))
    _shown_well(person.get("/me"))


def test_a_copy_of_what_is_held_runs_nothing_without_the_server_either(page: Served) -> None:
    person = someone(page, Role.employee, "copies", units=(), employee_id="e01", email=f"{ALERT}@x")
    person.post("/me/objections", kind="object", about="other", text=ALL)
    _shown_well(person.get("/me/copy.html"))
    copied = person.get("/me/copy.json")
    assert copied.headers["content-type"] == "application/json"
    assert "attachment" in copied.headers["content-disposition"]
    assert ALERT in json.dumps(copied.json())


def test_accounts_and_the_log_are_shown_as_text(page: Served) -> None:
    admin = someone(page, Role.administrator, "admin")
    form = {"login": "x" + ALERT, "name": ALL[:190], "role": "employee", "email": ALERT}
    _shown_well(admin.post("/accounts/new", **form, employee_id=ALL))
    _shown_well(admin.post("/accounts/new", **form, units=ALL))
    made = admin.post("/accounts/new", **form)
    assert made.status_code == 303
    _shown_well(admin.get(made.headers["location"]))
    _shown_well(admin.get("/accounts"))
    _shown_well(admin.post("/accounts/new", **{**form, "role": ALL}))
    _shown_well(admin.post(made.headers["location"], action=ALL))
    about = {"action": "about", "name": ALL[:190], "role": "employee", "email": ALERT}
    _shown_well(admin.post(made.headers["location"], **about, employee_id=ALL))
    for action in ("unlock", "deactivate", "units"):
        admin.post(made.headers["location"], action=action, units=ALL)
    _shown_well(admin.get("/audit"), "")
    with page.database.read() as connection:
        log = str(connection.exec_driver_sql("SELECT * FROM audit").all())
    assert "alert(1)" not in log


@pytest.mark.parametrize("trick", TRICKS)
def test_error_pages_and_addresses_to_go_back_to_hold_no_trick(page: Served, trick: str) -> None:
    who, nobody = someone(page), page.browser()
    place = quote(trick, safe="")
    for answer in (
        who.get(f"/{place}"),
        nobody.get(f"/{place}"),
        who.get(f"/cases/{place}"),
        who.get(f"/teams/{place}?words={place}"),
        nobody.get(f"/sign-in?next=/{place}"),
        nobody.get(f"/sign-in?next={place}"),
        who.get(f"/courses?words={place}"),
    ):
        assert wrong_in(answer) is None
        assert _bad_in(answer.text) == []
        assert "a=b" not in answer.headers.get("set-cookie", "")
    sent = nobody.get(f"/cases/{place}?words={place}")
    if sent.status_code != 404:
        assert sent.headers["location"].startswith("/sign-in?next=/")
    moved = nobody.get(f"/language/zh-Hant?next={place}")
    assert moved.headers["location"].startswith("/")


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "/\t/evil",
        "/\r\nLocation: x", "javascript:alert(1)", "//[", "//\u2100", "///evil.example", " /cases",
        "evil.example", "", "/\u202ecases", "http:/evil.example", "\x00/cases",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(place: str) -> None:
    assert inside(place) == "/"
    assert inside("/cases?page=2&sort=due") == "/cases?page=2&sort=due"
