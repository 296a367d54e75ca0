"""Whatever fits the routes' own description, and what does not, as every role: schemathesis.

The application serves no description of itself: the test takes it from FastAPI. Ids and choices
that exist are put into it, since made-up ones meet nothing but "not found"; how many answers were
good is counted for that reason.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from ptml.review.access.policy import PUBLIC, ROUTES
from ptml.review.access.viewer import Role
from ptml.review.app import routes_of
from ptml.review.cases.states import DISMISSALS, OUTCOMES, Kind
from ptml.review.people.objecting import ABOUT, KINDS
from tests.review.abuse.someone import Someone, back, someone, wrong_in
from tests.review.served import Served, serve
from tests.review.small_run import FLAGGED, NAMES, write_run

PASSWORD = "a new password 1"
_SEEDED: dict[str, tuple[Any, ...]] = {
    "version": (1, 2),
    "reason": DISMISSALS[:2],
    "intervention": ("transfer_goal",),
    "due_on": ("2026-10-20",),
    "until": ("2026-10-21",),
    "done_on": ("", "2026-10-01"),
    "outcome": OUTCOMES,
    "about": ABOUT,
    "form": ("html", "json"),
    "language": ("en", "zh-Hant"),
    "next": ("/cases", "/me?sent=true"),
    "course_id": ("K1",),
    "unit": ("north-team", "south"),
    "role": tuple(Role),
    "action": ("unlock", "activate", "units"),
    "page": (1, 2),
    "sort": ("due", "unit"),
    "shown": ("open", "closed"),
    "login": ("victim", "new-1", "new-2", "new-3"),
    "switch": ("",),
    "list": ("", "shown=open&course=K1"),
    "employee_id": ("", "EMP-nina"),
    "units": ("", "north"),
    "old": (PASSWORD,),
    "password": (PASSWORD,),
}
AnyCase = Case[Any]
Descriptions = tuple[Any, Any]
_NEVER_GOOD = {"oidc", "oidc_back", "signed_out", "sign_out_elsewhere"}
"""Nobody else is asked to sign people in here."""


def _quiet(n: int) -> settings:
    return settings(
        max_examples=n,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """One page for all roles."""
    folder = tmp_path_factory.mktemp("schema")
    out = write_run(folder / "out")
    # No limits: others are asked here than how often one may ask.
    often = {"requests_per_minute": 1_000_000, "sign_ins_per_minute": 1_000_000}
    return serve(out, f"sqlite:///{folder}/review.db", **often)


@pytest.fixture(scope="module")
def described(page: Served) -> Descriptions:
    """FastAPI's description with ids and choices that exist, and as it is."""
    victim = page.account(Role.employee, "victim", password=PASSWORD)
    ids = {
        "case_id": tuple(page.case_of(who) for who in FLAGGED),
        "objection_id": tuple(page.objection(who, "That is wrong.") for who in FLAGGED),
        "account_id": (victim,),
    }
    real = copy.deepcopy(page.app.openapi())
    _seed(real, {**_SEEDED, **ids})
    return schemathesis.openapi.from_dict(real), schemathesis.openapi.from_dict(page.app.openapi())


def _seed(node: Any, seeds: dict[str, tuple[Any, ...]]) -> None:
    """Let every parameter and field of a name be one of those that exist."""
    for inner in node.values() if isinstance(node, dict) else node:
        if isinstance(inner, (dict, list)):
            _seed(inner, seeds)
    if not isinstance(node, dict):
        return
    if "schema" in node and node.get("in") in ("path", "query") and node["name"] in seeds:
        node["schema"] = {"enum": list(seeds[node["name"]])}
    if isinstance(fields := node.get("properties"), dict):
        kinds = KINDS if "about" in fields else tuple(Kind)
        for name in fields.keys() & {*seeds, "kind"}:
            fields[name] = {"enum": list(kinds if name == "kind" else seeds[name])}
        node["required"] = list(fields)
        if "next" in fields:
            fields["login"] = {"enum": ["victim"]}


def _requests(
    described: Descriptions, path: str, method: str, is_open: bool
) -> Iterator[tuple[Any, int]]:
    """Requests to a route, and how many of them: what exists, what fits, what does not fit."""
    real, any_ = (one[path][method] for one in described)
    yield real.as_strategy(), 6 if is_open else 2
    if is_open:
        yield any_.as_strategy(), 2
    # Elsewhere all fields are text, and nothing does not fit.
    if is_open and path.startswith("/cases"):
        yield any_.as_strategy(generation_mode=GenerationMode.NEGATIVE), 2


def _sent(who: Someone, case: AnyCase) -> Any:
    how = case.as_transport_kwargs(base_url="http://testserver")
    how.pop("cookies", None)
    headers = {k: v for k, v in dict(how.pop("headers")).items() if k.lower() != "user-agent"}
    if case.method != "GET" and isinstance(how.get("data", {}), dict):
        how["data"] = {"csrf": who.csrf, **how.get("data", {})}
    known = {name: how[name] for name in ("params", "data", "files", "json") if how.get(name)}
    return who.browser.request(how["method"], how["url"], headers=headers, **known)


def _holding(who: Someone, is_open: bool, good: list[bool]) -> Callable[[AnyCase], None]:
    """What holds for every request to a route that is open or closed to somebody."""

    def holds(case: AnyCase) -> None:
        answer = _sent(who, case)
        assert wrong_in(answer) is None, (wrong_in(answer), case.as_curl_command())
        is_good = answer.status_code < 400
        assert is_open or not is_good, (answer.status_code, case.as_curl_command())
        assert is_open or not any(name in answer.text for name in NAMES.values())
        good.append(is_good)

    return holds


@pytest.mark.parametrize("role", list(Role))
def test_no_request_breaks_the_page_or_passes_the_policy(
    page: Served, described: Descriptions, role: Role
) -> None:
    account = someone(page, role, employee_id="EMP-anna", password=PASSWORD).account
    poorly = {}
    for route in routes_of(page.app):
        method = next(iter(route.methods or ()))
        is_open = route.name in PUBLIC or role in ROUTES[route.name]
        good: list[bool] = []
        for requests, n in _requests(described, route.path, method, is_open):
            # Anew for each route: one of them signs out.
            holds = _holding(back(page, account), is_open, good)
            # What only takes an id cannot be asked for wrongly.
            with suppress(Unsatisfiable):
                asked: Any = given(requests)(holds)  # type: ignore[no-untyped-call]
                asked = _quiet(n)(asked)
                asked()
        if is_open and not any(good) and route.name not in _NEVER_GOOD:
            poorly[route.name] = len(good)
    assert poorly == {}, "routes that gave no good answer, with how often they were asked"
