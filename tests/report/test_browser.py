"""The page in a real browser: it runs clean, fits a phone, and needs no script."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from ptml.report import write_report

from .published import a_tables_only, full_run, tiny_run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
PHONE: ViewportSize = {"width": 400, "height": 800}
RUNS = {"full": full_run, "a_tables_only": a_tables_only, "tiny": tiny_run}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def _opened(page: Page, path: Path) -> tuple[list[str], list[str]]:
    """Open a file; give what the console says and every address asked for beside the file."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return said, [a for a in asked if a != path.as_uri() and not a.startswith("data:")]


@pytest.mark.parametrize("name", RUNS)
def test_a_phone_shows_the_page_whole_and_the_console_stays_empty(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    path = write_report(RUNS[name](), tmp_path / "report.html")
    page = browser.new_page(viewport=PHONE)
    said, asked = _opened(page, path)
    assert said == []
    assert asked == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.close()


def test_filter_order_and_theme_work_and_nothing_is_lost_without_script(
    browser: Browser, tmp_path: Path
) -> None:
    path = write_report(full_run(), tmp_path / "report.html")
    page = browser.new_page()
    said, _ = _opened(page, path)
    shown = "#course-rows .item:visible"
    n_all = page.locator(shown).count()
    page.click('[data-filter="harms"]')
    assert page.locator(shown).count() == 1
    page.click('[data-filter="all"]')
    page.select_option("#course-order", "name")
    names = page.locator("#course-rows .name > span").all_inner_texts()
    assert names == sorted(names)
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert said == []
    page.close()
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(path.as_uri())
    assert plain.locator(shown).count() == n_all
    assert plain.locator("#theme:visible").count() == 0
    plain.close()
