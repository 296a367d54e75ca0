"""Everybody can use every page: by keyboard, screen reader, phone, enlarged, printed."""

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from ptml.review.access import Role

from .conftest import Desk

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES: list[tuple[str | None, Role, str]] = [
    (None, Role.reviewer, "/sign-in"),
    ("pat", Role.reviewer, "/cases"),
    ("pat", Role.reviewer, "/cases?shown=open&course=c1&sort=due"),
    ("pat", Role.reviewer, "/cases?words=nobody"),
    ("pat", Role.reviewer, "case"),
    ("pat", Role.reviewer, "/cases/0000000000000000"),
    ("pat", Role.reviewer, "/objections"),
    ("pat", Role.reviewer, "/teams"),
    ("pat", Role.reviewer, "/teams/team-a1"),
    ("pat", Role.reviewer, "/teams/team-b1"),
    ("pat", Role.reviewer, "/courses"),
    ("pat", Role.reviewer, "/courses/c1"),
    ("pat", Role.reviewer, "/model"),
    ("eli", Role.employee, "/me"),
    ("pat", Role.reviewer, "/password"),
    ("rut", Role.administrator, "/accounts"),
    ("rut", Role.administrator, "/accounts/new"),
    ("rut", Role.administrator, "account"),
    ("rut", Role.administrator, "/audit"),
]
_NAMES = [path for _, _, path in PAGES]
_CONTROLS = ("link", "button", "textbox", "combobox", "checkbox", "radio", "searchbox", "nav")


def opened(desk: Desk, login: str | None, role: Role, path: str) -> Page:
    """A page with all that can be folded open."""
    page = desk.page(login, role)
    page.goto({"case": desk.case("e09"), "account": "/accounts"}.get(path, path))
    if path == "account":
        page.locator("main li a").first.click()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    return page


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    options = json.dumps({"resultTypes": ["violations"], "runOnly": TAGS})
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("login", "role", "path"), PAGES, ids=_NAMES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    desk: Desk, login: str | None, role: Role, path: str
) -> None:
    page = opened(desk, login, role, path)
    page.evaluate(Axe().axe_script)
    # 320: a window of 1,280 enlarged four times.
    for width, scheme in ((1000, "light"), (390, "dark"), (320, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width != 320:
            assert violations(page) == []


def test_every_choice_of_a_decision_opened_is_free_of_findings(desk: Desk) -> None:
    page = opened(desk, "pat", Role.reviewer, "case")
    page.evaluate(Axe().axe_script)
    for radio in page.locator("#decide input[name=kind]").all():
        radio.check()
        assert violations(page) == []
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("alert")).to_be_visible()
    # Without its styles the page's targets are too small.
    page.wait_for_load_state("load")
    page.evaluate(Axe().axe_script)
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/cases", "case", "/me"])
def test_every_control_has_a_name_for_a_screen_reader(desk: Desk, path: str) -> None:
    login, role = ("eli", Role.employee) if path == "/me" else ("pat", Role.reviewer)
    page = opened(desk, login, role, path)
    lines = page.locator("body").aria_snapshot().splitlines()
    controls = [line.strip("- ") for line in lines if line.strip("- ").startswith(_CONTROLS)]
    assert len(controls) > 5
    assert [one for one in controls if '"' not in one] == []


def test_a_page_is_gone_through_by_keyboard_alone(desk: Desk) -> None:
    page = desk.page("pat")
    page.goto("/cases?shown=open")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("name", "words")
    for _ in range(40):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        if page.evaluate("document.activeElement.textContent") == "e09":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("e09")
    page.locator("#decide input[name=kind]").first.focus()
    press_until(page, "ArrowDown", "document.activeElement.value === 'ask'")
    press_until(page, "Tab", "document.activeElement.id === 'question'")
    page.keyboard.type("Who could tell me more?")
    press_until(page, "Tab", "document.activeElement.tagName === 'BUTTON'")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved")


def press_until(page: Page, key: str, is_there: str) -> None:
    """Press a key till the focus is where it is wanted."""
    for _ in range(30):
        if page.evaluate(is_there):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{is_there} is not reached with {key}")


def test_a_printed_case_is_black_on_white_and_without_what_cannot_be_pressed(desk: Desk) -> None:
    page = desk.page("pat", color_scheme="dark")
    page.goto(desk.case("e08"))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_role("button", name="Save the decision")).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(page.get_by_role("heading", name="What was seen")).to_be_visible()
