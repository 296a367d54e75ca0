"""Every field of every form with anything that can be sent: answered in words, never broken."""

from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from ptml.review.access.viewer import Role
from ptml.review.app import routes_of
from tests.postgres_server import started
from tests.review.abuse.someone import Someone, back, someone, wrong_in
from tests.review.served import Served, serve
from tests.review.small_run import write_run

_KINDS = ("assign", "outcome", "accept", "ask", "postpone", "dismiss", "object", "correct")
_FIELDS = {
    "decide": (
        "version", "kind", "reason", "note", "question", "intervention", "other", "owner",
        "due_on", "until", "outcome", "done_on",
    ),
    "undo": ("version",),
    "object": ("kind", "about", "text"),
    "answer": ("text",),
    "sign_in_post": ("login", "password", "next"),
    "sign_out": (),
    "password_post": ("old", "password"),
    "account_new_post": (
        "login", "name", "role", "password", "email", "employee_id", "units", "everywhere",
    ),
    "account_change": (
        "action", "password", "units", "everywhere", "name", "role", "email", "employee_id",
    ),
}  # fmt: skip
_ASKED = {
    "worklist": (
        "shown", "mine", "unit", "course", "reason", "stage", "words", "sort", "page",
    ),
    "case": ("done", "list"),
    "accounts": ("words",),
    "courses": ("words",),
    "teams": ("words",),
    "me": ("sent",),
    "password": ("done",),
    "sign_in": ("next",),
    "set_language": ("next",),
    "audit": ("before", "who"),
    "oidc": ("next",),
    "oidc_back": ("state", "code", "iss"),
}  # fmt: skip
NASTY = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ufeff",
    "\u202etxet",
    "\u2066\u2069",
    "é" * 300,
    "學" * 4001,
    "😀" * 50,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% raw %}",
    "%s%n%(day)s {0} {x.__class__}",
    "javascript:alert(1)",
    "//[",
    "//\u2100",
    "/\\evil.example",
    "../../../etc/passwd",
    "'; DROP TABLE cases; --",
    "\r\nSet-Cookie: a=b",
    "\x1b[31m",
    "-1",
    "0",
    "1e400",
    "NaN",
    "9" * 400,
    "9" * 5000,
    str(2**63),
    "-" + str(2**63),
    "0001-01-01",
    "9999-12-31",
    "20261005",
    "２０２６-10-05",
    "2026-02-30",
    "1760000000",
    "true",
    "null",
    "a " * 90,
)
_WORDS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from((*_KINDS, "1", "2", "2026-10-20", "transfer_goal", "used", "other")),
)
_QUIET = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_ROLES = {"account_new_post": Role.administrator, "account_change": Role.administrator} | {
    "audit": Role.administrator,
    "accounts": Role.administrator,
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """One page for all."""
    folder = tmp_path_factory.mktemp("forms")
    return _page(folder, f"sqlite:///{folder}/review.db")


def _page(folder: Path, db: str) -> Served:
    often = {"requests_per_minute": 1_000_000, "sign_ins_per_minute": 1_000_000}
    served = serve(write_run(folder / "out"), db, **often)
    served.objection("EMP-anna", "That is wrong.")
    served.account(Role.employee, "victim")
    return served


def _who(served: Served, route: str) -> Someone:
    role = _ROLES.get(route, Role.reviewer)
    return back(served, someone(served, role, f"{role}-fuzz", employee_id="EMP-anna").account)


def _address(served: Served, route: str) -> str:
    with served.database.read() as connection:
        victim = connection.exec_driver_sql(
            "SELECT account_id FROM accounts WHERE login = 'victim'"
        ).scalar()
        made = connection.exec_driver_sql("SELECT objection_id FROM objections").scalar()
    ids = {"case_id": served.case_of("EMP-anna"), "objection_id": made, "account_id": victim}
    found = next(one for one in routes_of(served.app) if one.name == route)
    parts = {name: ids.get(name, "en") for name in found.param_convertors}
    return str(found.url_path_for(route, **parts))


def _fits_an_address(word: str) -> bool:
    return len(word) < 500


def _check(answer: Response, sent: object) -> None:
    assert wrong_in(answer) is None, (answer.status_code, wrong_in(answer), sent)


def test_every_form_and_every_question_is_tried(page: Served) -> None:
    there = {(one.name, m) for one in routes_of(page.app) for m in one.methods or ()}
    assert {name for name, method in there if method == "POST"} == set(_FIELDS)
    asked = {
        one.name
        for one in routes_of(page.app)
        if one.dependant.query_params and "GET" in (one.methods or ())
    }
    assert asked == set(_ASKED)


@pytest.mark.parametrize("route", _FIELDS)
def test_no_form_breaks_the_page(page: Served, route: str) -> None:
    who, address, fields = _who(page, route), _address(page, route), _FIELDS[route]

    @_QUIET
    @given(st.dictionaries(st.sampled_from(fields or ("x",)), st.lists(_WORDS, max_size=2)))
    def holds(form: dict[str, Any]) -> None:
        _check(who.browser.post(address, data={"csrf": who.csrf, **form}), form)

    holds()


@pytest.mark.parametrize("route", _FIELDS)
def test_every_field_takes_each_nasty_word(page: Served, route: str) -> None:
    who, address = _who(page, route), _address(page, route)
    whole = {"version": "1", "kind": "assign", "role": "employee", "action": "units"}
    for k, word in enumerate(NASTY):
        # All fields but one that is right, in turn: a first mistake must not hide the others.
        fields = _FIELDS[route]
        right = {n: v for n, v in whole.items() if n in fields and k % 2}
        form = {"csrf": who.csrf, **dict.fromkeys(fields, word), **right}
        _check(who.browser.post(address, data=form), form)


@pytest.mark.parametrize("route", _FIELDS)
def test_what_is_no_form_is_refused_in_words(page: Served, route: str) -> None:
    who, address = _who(page, route), _address(page, route)
    form = {"csrf": who.csrf, "version": "1", "kind": "accept"}
    part = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\\ud800\r\n--x--\r\n'
    charsets = (
        "unicode_escape",
        "idna",
        "utf-7",
        "undefined",
        "punycode",
        "hex",
        "no-such",
        "utf-16",
    )
    bodies: list[tuple[bytes, str]] = [
        (b'{"version": 1, "kind": "accept"}', "application/json"),
        (b"{", "application/json"),
        (b"\xff\xfe", "multipart/form-data"),
        (b"\xff\xfe", "multipart/form-data; boundary=x"),
        (b"<x/>", "application/xml"),
        (b"csrf=%ff%fe&version=%ff", "application/x-www-form-urlencoded"),
        (b"&&&===%%%;;;", "application/x-www-form-urlencoded"),
        (b"csrf=" + b"a" * 1_000_000, "application/x-www-form-urlencoded"),
        (b"a=1&" * 20_000, "application/x-www-form-urlencoded"),
        (part, "\x00/\x00"),
        *((part, f"multipart/form-data; boundary=x; charset={name}") for name in charsets),
    ]
    for body, kind in bodies:
        answer = who.browser.post(address, content=body, headers={"content-type": kind})
        _check(answer, kind)
        assert 400 <= answer.status_code < 500, kind
    files = {name: (f"{name}\x00.exe", b"MZ") for name in (*_FIELDS[route], "note")}
    answer = who.browser.post(address, data={"csrf": who.csrf}, files=files)
    _check(answer, "files")
    assert answer.status_code in (413, 415, 422)
    many = [("csrf", who.csrf), *((f"f{k}", "x") for k in range(1500))]
    _check(who.browser.post(address, files=[(n, (None, v)) for n, v in many]), "many parts")
    _check(who.browser.post(address, json=form), "json")


@pytest.mark.parametrize("route", _ASKED)
def test_no_question_breaks_the_page(page: Served, route: str) -> None:
    who, address, fields = _who(page, route), _address(page, route), _ASKED[route]

    @_QUIET
    @given(st.dictionaries(st.sampled_from(fields), _WORDS.filter(_fits_an_address), min_size=1))
    @example(dict.fromkeys(fields, "9" * 30))
    @example(dict.fromkeys(fields, "../../"))
    @example(dict.fromkeys(fields, "<script>"))
    @example(dict.fromkeys(fields, "a " * 1500))
    @example(dict.fromkeys(fields, "a" * (60_000 // len(fields))))
    def holds(asked: dict[str, str]) -> None:
        answer = who.browser.get(address, params=asked)
        _check(answer, asked)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text

    holds()


def test_postgresql_takes_or_refuses_the_same(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with started() as server:
        served = _page(tmp_path, f"postgresql://postgres@/postgres?host={server.folder}")
        request.addfinalizer(served.database.engine.dispose)
        for route, fields in _FIELDS.items():
            who, address = _who(served, route), _address(served, route)
            for word in NASTY if route == "decide" else NASTY[:12]:
                form = {"csrf": who.csrf, **dict.fromkeys(fields, word)}
                _check(who.browser.post(address, data=form), form)
        for route, fields in _ASKED.items():
            who, address = _who(served, route), _address(served, route)
            for word in filter(_fits_an_address, NASTY[:14]):
                _check(who.browser.get(address, params=dict.fromkeys(fields, word)), route)
        who = _who(served, "case")
        for place in ("/cases/%00", "/teams/a%00", "/courses/%00", "/language/%00?next=/"):
            _check(who.get(place), place)
