"""Without script, and with the little there is: nothing typed is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ptml.review.access import Role
from tests.review.browser.conftest import Desk
from tests.review.conftest import Clock


@pytest.fixture
def clock(desk: Desk) -> Iterator[Clock]:
    """The server's clock, put back afterwards: others are signed in still."""
    begun = desk.site.clock.at
    yield desk.site.clock
    desk.site.clock.at = begun


def test_without_script_a_half_filled_decision_goes_along_to_another_language(desk: Desk) -> None:
    page = desk.page("plain", java_script_enabled=False)
    page.goto(desk.case("e08") + "?list=shown%3Dopen")
    page.locator("#decide input[value=dismiss]").check()
    page.locator("#reason").check()
    page.fill("#note", "half a note")
    assert page.locator(".languages a").first.is_hidden()
    page.click(".languages button[value=zh-Hant]")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.locator("#reason")).to_be_checked()
    expect(page.locator("#note")).to_have_value("half a note")
    expect(page.locator(".back")).to_have_attribute("href", "/cases?shown=open")
    page.goto("/cases?shown=open")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")


def test_without_script_a_half_filled_objection_goes_along_too(desk: Desk) -> None:
    page = desk.page("eli", Role.employee, java_script_enabled=False)
    page.goto("/me")
    page.locator("[name=about][value=portrait]").check()
    page.fill("#text", "half an objection")
    page.click(".languages button[value=zh-Hans]")
    expect(page.locator("#text")).to_have_value("half an objection")
    expect(page.locator("[name=about][value=portrait]")).to_be_checked()
    page.click(".languages button[value=en]")
    expect(page.locator("#text")).to_have_value("half an objection")


def test_what_was_written_when_the_session_ended_is_shown_to_be_copied(
    desk: Desk, clock: Clock
) -> None:
    page = desk.page("tea")
    page.goto(desk.case("e08"))
    page.locator("#decide input[value=ask]").check()
    page.fill("#question", "A long question <b>about</b> it")
    clock.at += timedelta(minutes=31)
    page.click("#decide button.main")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    expect(page.locator(".note")).to_have_text("A long question <b>about</b> it")


def test_who_writes_for_long_is_warned_and_can_stay(desk: Desk, clock: Clock) -> None:
    page = desk.page("slow")
    page.clock.install()
    page.goto(desk.case("e08"))
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.fast_forward("28:05")
    expect(page.locator("#idle")).to_be_visible()
    clock.at += timedelta(minutes=28)
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator("#idle")).to_be_hidden()
    clock.at += timedelta(minutes=28)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("e08")
