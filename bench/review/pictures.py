"""Pictures of the review page for the documentation, on a published run.

    python bench/review/pictures.py demo/out docs/images

Chromium takes them; colours are reduced to 64, so that each stays under 150 KB.
"""

import argparse
import shutil
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import sync_playwright

from ptml.review import ReviewConfig, create_app
from ptml.review.demo import PASSWORD, add_demo_accounts, add_demo_names
from ptml.review.published.run import Published

# What the picture is called; who looks, where, and how wide, in which light and language.
PICTURES = (
    ("list", "reviewer", "/cases", 1000, "light", "en"),
    ("case", "reviewer", "case", 1000, "light", "en"),
    ("reasons", "reviewer", "case#why", 1000, "light", "en"),
    ("decision", "reviewer", "case#decision", 1000, "light", "en"),
    ("team", "manager", "/", 1000, "light", "en"),
    ("course", "reviewer", "course", 1000, "light", "en"),
    ("own", "employee", "/me", 1000, "light", "en"),
    ("dark", "reviewer", "case", 1000, "dark", "en"),
    ("phone", "reviewer", "/cases", 390, "light", "en"),
    ("chinese", "reviewer", "case", 1000, "light", "zh-Hant"),
    # Last: it changes a case, which both who meet there may see.
    ("conflict", "site", "conflict", 1000, "light", "en"),
)
COLOURS, MOST_BYTES = 64, 150_000


def served(data, folder):
    """Serve the page on a Monday after the run; give its address."""
    monday = Published.open(data).as_of + timedelta(1)
    monday += timedelta(-monday.weekday() % 7)
    now = datetime.combine(monday, clock(9), UTC)
    config = ReviewConfig(secure_cookies=False, requests_per_minute=100_000)
    app = create_app(data, f"sqlite:///{folder}/shots.db", config, lambda: now, time.monotonic)
    with app.state.review.database.begin() as connection:
        add_demo_names(connection, now)
        add_demo_accounts(connection)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


def sign_in(page, login):
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("button.main")


def go(page, login, place):
    """Open a page; a case and a course are the first of their lists."""
    if place.startswith(("case", "conflict")):
        page.goto("/cases")
        page.click(".cases h3 a")
    elif place == "course":
        page.goto("/courses")
        page.click("main li a >> nth=0")
    else:
        page.goto(place)
    if login == "manager" and page.locator("main th a").count():
        page.click("main th a >> nth=0")
    if place.endswith("#decision"):
        page.check("#kind")
    if "#" in place:
        page.locator(f"#{place.partition('#')[2]}").evaluate("one => one.scrollIntoView()")
    if place == "conflict":
        overtake(page)


def overtake(page):
    """Let another account decide on the case of a page, and then this one."""
    context = page.context.browser.new_context(base_url=address_of(page))
    other = context.new_page()
    sign_in(other, "reviewer")
    for window, choice in ((other, "accept"), (page, "dismiss")):
        if window is other:
            window.goto(page.url)
        window.locator(f"#decide input[value={choice}]").check()
        if window is page:
            window.check("#reason")
        window.click("#decide button.main")
        window.wait_for_load_state()
    context.close()


def address_of(page):
    """The beginning of a page's address."""
    return "/".join(page.url.split("/")[:3])


def shrink(path):
    """Reduce the colours; a picture that stays too large is an error."""
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    if path.stat().st_size >= MOST_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size} bytes: under {MOST_BYTES} are wanted")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("out", type=Path)
    told = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("skipped: Chromium is not installed")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        address = served(told.data, folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, login, place, width, scheme, language in PICTURES:
            size = {"width": width, "height": 1_300 if width > 400 else 844}
            context = browser.new_context(base_url=address, viewport=size, color_scheme=scheme)
            page = context.new_page()
            sign_in(page, login)
            page.goto(f"/language/{language}?next=/model")
            go(page, login, place)
            path = told.out / f"review-{name}.png"
            page.screenshot(path=path)
            shrink(path)
            print(path, path.stat().st_size)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
