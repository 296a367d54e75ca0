"""In a browser with script: what was typed goes along to the other language."""

import re
import shutil
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright

from ptml.review.access import Role
from tests.review.conftest import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture
def origin(site: Site) -> Iterator[str]:
    """The application on a port of this machine."""
    server = uvicorn.Server(uvicorn.Config(site.app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(site: Site, origin: str) -> Iterator[Page]:
    """A browser in which a reviewer, who is e01, is signed in."""
    own = site.sign_in("ada", Role.reviewer, None, "e01")
    cookies = [{"name": c.name, "value": c.value, "url": origin} for c in own.client.cookies.jar]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=origin, locale="en-GB")
        context.add_cookies(cookies)  # type: ignore[arg-type]
        yield context.new_page()
        browser.close()


def speak(page: Page, language: str) -> None:
    page.click(f".languages a[hreflang={language}]")
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_what_was_typed_goes_along_to_the_other_language_and_is_kept_nowhere(page: Page) -> None:
    page.goto("/cases")
    page.click(".cases a")
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


def test_a_list_that_was_narrowed_in_place_stays_narrowed(page: Page) -> None:
    page.goto("/cases")
    page.click(".filter summary")
    page.select_option("#shown", "open")
    page.wait_for_url("**shown=open**")
    speak(page, "zh-Hant")
    expect(page.locator("#shown")).to_have_value("open")


def test_a_password_does_not_go_along(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("#login", "ada")
    page.fill("#password", "correct horse")
    speak(page, "zh-Hant")
    expect(page.locator("#login")).to_have_value("ada")
    expect(page.locator("#password")).to_have_value("")
