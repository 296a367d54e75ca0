"""No word reaches the page past the catalogues."""

import ast
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

import ptml.review
from ptml.review.access import Role
from tests.review.conftest import COURSES, UNITS, Page, Site, publish
from tests.review.pages.test_me import OFFER
from tests.review.words.said import Said

ROOM = Path(ptml.review.__file__).parent
TEMPLATES = sorted((ROOM / "templates").glob("*.html"))
_WORD = re.compile(r"[A-Za-z]{2,}")
# What a macro gives for a tag that stands elsewhere.
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
_ID = re.compile(r"\b[0-9a-f]{8,}\b")
# Names of things, the same in every language.
_NAMES = {"ptml", "UTC", "JSON", "English"}
_SAID_BY = {"_", "gettext", "ngettext"}


def words(texts: Iterable[str]) -> set[str]:
    """Words of Latin letters that are no name and of no id."""
    return {word for text in texts for word in _WORD.findall(_ID.sub("", text))} - _NAMES


def bare(source: str) -> str:
    """What a template writes as it stands: a stop in the place of all that is filled in."""
    pieces = Environment(extensions=["jinja2.ext.i18n"]).lex(source)
    return "".join(
        value if kind == "data" else "·"
        for _, kind, value in pieces
        if kind in ("data", "variable_begin", "block_begin")
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_has_no_word_of_its_own(path: Path) -> None:
    texts = Said.of(bare(path.read_text(encoding="utf-8"))).texts()
    assert words(_ATTRIBUTE.sub("", text) for text in texts) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_says_no_sentence_that_is_not_looked_up(path: Path) -> None:
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text(encoding="utf-8"))
    looked_up = {
        id(arg)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in _SAID_BY
        for arg in call.args
    }
    texts = (c.value for c in tree.find_all(nodes.Const) if id(c) not in looked_up)
    assert not [text for text in texts if isinstance(text, str) and re.search(r"[a-z] [a-z]", text)]


def test_all_that_is_wrong_in_a_form_is_a_sentence_of_the_catalogues() -> None:
    found = 0
    for path in sorted(ROOM.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and _called(call) == "WrongInputError"):
                continue
            found += 1
            assert not isinstance(call.args[1], ast.Constant | ast.JoinedStr), (path, call.lineno)
    assert found > 10


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


@pytest.fixture
def site(tmp_path: Path, make_site: Callable[..., Site]) -> Site:
    """A site on which e01 has a case, a level and an offer."""
    offer = {"employee_id": "e01", "rank": 1, "course_id": "c2", "score": 1.0}
    level = {"employee_id": "e01", "competency_id": "k1", "level": 2.0, "level_se": 0.9}
    out = publish(
        tmp_path / "out",
        recommendations=[offer | {"reasons": json.dumps([OFFER])}],
        portraits=[level | {"required": 3.0, "gap": 1.0}],
        names=[{"kind": "competency", "id": "k1", "name": "Talk"}],
    )
    return make_site(out)


# Logins and names of accounts are those of the roles.
_ACCOUNTS = [text for role in Role for text in (role.value, role.value.capitalize())]
DATA = words([*COURSES.values(), *UNITS, *map(str.capitalize, UNITS), *_ACCOUNTS, "Talk"])
PLACES = {
    Role.reviewer: (
        *("/cases", "/cases?words=nobody", "/cases?page=9", "/objections", "/me", "/model"),
        *("/teams", "/teams/site-a", "/teams?words=nobody", "/courses", "/courses/c1"),
        *("/password", "/nowhere", "/cases/nowhere", "/accounts", "/me/objections"),
    ),
    Role.manager: ("/teams", "/courses"),
    Role.data_scientist: ("/cases", "/model"),
    Role.administrator: ("/accounts", "/accounts/new", "/log", "/audit"),
    Role.employee: ("/", "/me"),
}
_FORMS = {
    Role.reviewer: (("/me/objections", {}), ("/password", {"old": "a", "password": "b"})),
    Role.administrator: (("/accounts/new", {}),),
}


@pytest.mark.parametrize("role", PLACES)
def test_a_page_in_chinese_has_no_english_on_it(site: Site, role: Role) -> None:
    page = site.sign_in(f"{role}", role, None, "e01" if role is not Role.employee else None)
    page.client.cookies.set("ptml_language", "zh-Hant")
    answers = [page.get(place) for place in PLACES[role]]
    if "/cases" in PLACES[role]:
        answers += _of_a_case(page, re.findall(r'href="(/cases/\w+)[?"]', answers[0].text)[0])
    answers += [page.post(place, **fields) for place, fields in _FORMS.get(role, ())]
    for answer in answers:
        said = Said.of(answer.text)
        assert said.language == "zh-Hant" or answer.is_redirect, answer.url
        left = words(said.texts()) - DATA
        assert not left, (answer.url, left)


def _of_a_case(page: Page, place: str) -> list[Any]:
    wrong = [{"kind": kind, "version": 1} for kind in ("assign", "ask", "postpone", "dismiss", "")]
    return [
        page.get(place),
        *(page.post(f"{place}/decisions", **told) for told in wrong),
        page.post(f"{place}/decisions", kind="accept", version=99),
        page.post(f"{place}/decisions", kind="accept", version=1),
        page.get(f"{place}?done=saved"),
    ]
