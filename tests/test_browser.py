"""The documentation pages in a real browser: whole, usable, and in touch with no other host.

`TWOFOLD_PICTURE=1 pytest tests/test_browser.py` takes the picture for the README anew.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Make
from playwright.sync_api import Browser, Page, sync_playwright
from serving import serving
from variants import PAIR

PICTURE = ROOT / "docs/documentation.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without a sandbox, because root and some runners have none; and no calls home of the browser's own.
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        # In CI a browser is installed, and its absence is a fault.
        assert not os.environ.get("CI"), "there is no Chromium in CI"
        pytest.skip("no Chromium or Chrome on the path: install one, as by `apt install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=PAIR, scope="module")
def url(
    request: pytest.FixtureRequest, installed: Make, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with serving(installed(request.param), tmp_path_factory.mktemp("browsed"), "serve") as server:
        yield server.url


class Watched:
    """A page, with all that it asked for and complained of."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": 1200, "height": 1000})
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type != "info" else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "response", lambda answer: self.complaints.append(answer.url) if answer.status >= 400 else None
        )

    def is_clean(self) -> None:
        elsewhere = [url for url in self.requests if not url.startswith((f"{self.url}/", "data:", "blob:"))]
        assert elsewhere == []
        assert self.complaints == []


def test_swagger_ui_shows_the_operations_and_tries_one_out(browser: Browser, url: str) -> None:
    watched = Watched(browser, url)
    page = watched.page
    page.goto(f"{url}/docs")
    page.get_by_role("heading", name="My Shop").wait_for()
    shown = page.locator(".opblock-summary-description").all_inner_texts()
    assert shown == [
        "List the items, a page at a time.",
        "Create an item.",
        "Get an item.",
        "Change some fields of an item.",
        "Delete an item.",
        "Tell that the process answers.",
        "Tell that the database answers, within a second.",
    ]
    page.locator("#operations-items-create_item").get_by_role(
        "button", name="post ​/api​/v1​/items"
    ).first.click()
    page.get_by_role("button", name="Try it out").click()
    page.locator("textarea").fill('{"name": "Lamp", "price": "12.50"}')
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table .response")
    answer.wait_for()
    assert answer.locator(".response-col_status").inner_text().startswith("201")
    assert '"price": "12.50"' in answer.inner_text()
    assert page.request.get(f"{url}/api/v1/items").json()["items"][0]["name"] == "Lamp"
    watched.is_clean()


def test_redoc_shows_the_operations(browser: Browser, url: str) -> None:
    watched = Watched(browser, url)
    page = watched.page
    page.goto(f"{url}/redoc")
    page.get_by_role("heading", name="My Shop").first.wait_for()
    page.get_by_text("/api/v1/items/{item_id}").first.wait_for()
    page.get_by_role("button", name="Show").first.click()
    page.get_by_text("Change some fields of an item.").first.wait_for()
    assert page.get_by_alt_text("redocly logo").is_visible()
    watched.is_clean()


def test_the_picture_in_the_readme_is_that_of_the_page(browser: Browser, url: str, tmp_path: Path) -> None:
    page = Watched(browser, url).page
    page.goto(f"{url}/docs")
    page.locator(".opblock").nth(6).wait_for()
    picture = tmp_path / "documentation.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size > 20_000
    if os.environ.get("TWOFOLD_PICTURE"):
        shutil.copy(picture, PICTURE)
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
