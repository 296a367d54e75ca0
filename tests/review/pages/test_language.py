"""The language of a page, and changing it without losing one's place."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from ptml.review import ReviewConfig
from ptml.review.access import Role
from ptml.review.app import routes_of
from ptml.review.pages.places import PAGES
from tests.review.conftest import Page, Site


def switch_on(text: str, language: str) -> str:
    """Where a page leads to in another language."""
    found = re.search(rf'href="(/language/{language}[^"]*)"', text)
    assert found is not None
    return found[1].replace("&amp;", "&")


def language_of(page: Page, place: str = "/model") -> str:
    found = re.search(r'<html lang="([\w-]+)"', page.get(place).text)
    assert found is not None
    return found[1]


def test_another_language_shows_the_same_place_with_search_and_filters(site: Site) -> None:
    page = site.sign_in()
    place = "/cases?words=e0+1&reason=motivation&shown=open&page=1"
    answer = page.get(switch_on(page.get(place).text, "zh-Hans"))
    assert answer.headers["location"] == place
    assert language_of(page, place) == "zh-Hans"


@pytest.mark.parametrize(
    ("form", "fields", "leads_to"),
    [
        ("/me/objections", {}, "/me"),
        ("/password", {"old": "a", "password": "b"}, "/password"),
        ("/no/such/form", {}, "/"),
    ],
)
def test_the_answer_to_a_form_leads_to_the_page_of_the_form(
    site: Site, form: str, fields: dict[str, str], leads_to: str
) -> None:
    page = site.sign_in("own", Role.employee, (), "e01")
    text = page.post(form, **fields).text
    assert parse_qs(urlsplit(switch_on(text, "zh-Hant")).query)["next"] == [leads_to]


def test_a_decision_that_lacks_something_leads_to_its_case(site: Site) -> None:
    page = site.sign_in()
    place = re.findall(r'href="(/cases/\w+)[?"]', page.get("/cases").text)[0]
    text = page.post(f"{place}/decisions", kind="dismiss", version=1).text
    assert parse_qs(urlsplit(switch_on(text, "zh-Hant")).query)["next"] == [place]


def test_every_form_stands_on_a_page(site: Site) -> None:
    routes = list(routes_of(site.app))
    assert {route.name for route in routes if "POST" in (route.methods or ())} == set(PAGES)
    assert set(PAGES.values()) <= {route.name for route in routes if "GET" in (route.methods or ())}


def test_a_language_that_was_chosen_is_known_in_every_browser(site: Site) -> None:
    page = site.sign_in()
    page.get("/language/zh-Hant")
    page.client.cookies.delete("ptml_language")
    assert language_of(page) == "zh-Hant"


def test_the_account_comes_before_what_another_chose_in_the_browser(site: Site) -> None:
    page = site.sign_in()
    page.get("/language/zh-Hant")
    page.client.cookies.delete("ptml_language")
    page.client.cookies.set("ptml_language", "zh-Hans")
    assert language_of(page) == "zh-Hant"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("fr, zh-Hant-HK;q=0.5", "zh-Hant"),
        ("en-GB", "en"),
        ("fr", "en"),
    ],
)
def test_who_has_chosen_nothing_is_spoken_to_as_the_browser_asks(
    site: Site, told: str, shown: str
) -> None:
    text = site.sign_in().get("/model", **{"accept-language": told}).text
    assert f'<html lang="{shown}"' in text


def test_a_language_that_there_is_none_of_changes_nothing(site: Site) -> None:
    page = site.sign_in()
    assert page.get("/language/xx?next=/model").headers["location"] == "/model"
    assert language_of(page) == "en"


def test_what_is_too_long_is_refused_in_the_language_of_the_page(site: Site) -> None:
    page = site.sign_in("own", Role.employee, (), "e01")
    page.get("/language/zh-Hant")
    answer = page.post("/me/objections", text="x" * 300_000)
    assert answer.status_code == 413
    assert "內容太長" in answer.text


def test_dates_and_shares_are_written_as_the_language_writes_them(site: Site) -> None:
    page = site.sign_in()
    place = re.findall(r'href="(/cases/\w+)[?"]', page.get("/cases").text)[0]
    assert "1 August 2026" in page.get(place).text
    page.get("/language/zh-Hans")
    text = page.get(place).text
    assert "2026年8月1日" in text
    assert "2026年6月" in text, "in the drawing too"
    assert "August" not in text


def test_times_of_day_and_days_are_those_of_where_the_page_is_used(
    published: Path, make_site: Callable[..., Site]
) -> None:
    site = make_site(published, time_zone="Asia/Taipei")
    # 07:30 of the 6th there.
    site.clock.at = datetime(2026, 10, 5, 23, 30, tzinfo=UTC)
    page = site.sign_in()
    place = re.findall(r'href="(/cases/\w+)[?"]', page.get("/cases").text)[0]
    form = {"version": 1, "kind": "postpone"}
    assert page.post(f"{place}/decisions", **form, until="2026-10-05").status_code == 422
    assert page.post(f"{place}/decisions", **form, until="2026-10-06").status_code == 303
    assert "6 October 2026 07:30 UTC+08:00" in page.get(place).text


def test_a_time_zone_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(ValidationError, match="no time zone is called Asia/Nowhere"):
        ReviewConfig(time_zone="Asia/Nowhere")
