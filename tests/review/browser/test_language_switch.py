"""With script, what was typed goes along to the other language."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.review.browser.conftest import Desk


def speak(page: Page, language: str) -> None:
    page.click(f".languages a[hreflang={language}]")
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_what_was_typed_goes_along_to_the_other_language_and_is_kept_nowhere(desk: Desk) -> None:
    page = desk.page("typing")
    page.goto(desk.case("e07"))
    page.check("[name=kind][value=dismiss]")
    page.check("[name=reason][value=other]")
    speak(page, "zh-Hant")
    expect(page.locator("[name=reason][value=other]")).to_be_checked()
    page.click(".decide button.main")
    expect(page.locator("#problem")).to_be_visible()
    page.fill("#note", "half a note")
    speak(page, "zh-Hans")
    expect(page).to_have_url(re.compile(r"/cases/\w+$"))
    expect(page.locator("#note")).to_have_value("half a note")
    assert page.evaluate("sessionStorage.getItem('ptml-typed')") is None
    page.reload()
    expect(page.locator("#note")).to_have_value("")
    assert desk.complaints == []


def test_a_list_that_was_narrowed_in_place_stays_narrowed(desk: Desk) -> None:
    page = desk.page("narrowing")
    page.goto("/cases")
    page.click(".filter summary")
    page.select_option("#shown", "open")
    page.wait_for_url("**shown=open**")
    speak(page, "zh-Hant")
    expect(page.locator("#shown")).to_have_value("open")


def test_a_password_does_not_go_along(desk: Desk) -> None:
    page = desk.page()
    page.goto("/sign-in")
    page.fill("#login", "ada")
    page.fill("#password", "correct horse")
    speak(page, "zh-Hant")
    expect(page.locator("#login")).to_have_value("ada")
    expect(page.locator("#password")).to_have_value("")


@pytest.mark.parametrize("place", ["/cases", "case", "/me", "/model", "/teams/team-a1"])
def test_a_page_in_chinese_fits_a_phone(desk: Desk, place: str) -> None:
    page = desk.page("narrow", viewport={"width": 390, "height": 800})
    page.goto("/language/zh-Hant?next=" + (desk.case("e07") if place == "case" else place))
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
