"""The documentation pages in a real browser: whole, usable, and in touch with no other host.

`TWOFOLD_PICTURE=1 pytest tests/test_browser.py` takes the picture for the README anew.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Watched, launched
from conftest import ROOT, Make
from people import ADA, PASSWORD
from playwright.sync_api import Browser, Page
from serving import Server, serving
from variants import PAIR, PAIRED, POSTGRESQL_PAIR

PICTURE = ROOT / "docs/documentation.png"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(params=PAIRED, scope="module")
def server(
    request: pytest.FixtureRequest, installed: Make, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with serving(installed(request.param), tmp_path_factory.mktemp("browsed"), "serve") as server:
        yield server


ITEMS = [
    "List the items, a page at a time.",
    "Create an item.",
    "Get an item.",
    "Change some fields of an item.",
    "Delete an item.",
]
HEALTH = ["Tell that the process answers.", "Tell that the database answers, within a second."]
ACCOUNTS = [
    "Log in.",
    "Log out.",
    "Get new tokens for a refresh token.",
    "Register.",
    "Get yourself.",
    "Change your password.",
    "Delete your account.",
]
API_KEYS = [
    "List your API keys, a page at a time.",
    "Make an API key.",
    "Revoke an API key.",
]


def test_swagger_ui_shows_the_operations_and_tries_one_out(browser: Browser, server: Server) -> None:
    watched = Watched(browser, server.url)
    page = watched.page
    page.goto(f"{server.url}/docs")
    page.get_by_role("heading", name="My Shop").wait_for()
    shown = page.locator(".opblock-summary-description").all_inner_texts()
    if server.headers:
        assert shown == [*API_KEYS, *ITEMS, *ACCOUNTS, *HEALTH]
        assert authorized(page)["scope"].split()[:2] == ["api-keys:read", "api-keys:write"]
        page.get_by_role("button", name="Close").last.click()
    else:
        assert shown == [*ITEMS, *HEALTH]
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
    listed = page.request.get(f"{server.url}/api/v1/items", headers=server.headers).json()
    assert listed["items"][0]["name"] == "Lamp"
    watched.is_clean()


def authorized(page: Page, *scopes: str) -> dict[str, str]:
    """What Ada gets who logs in by the button of the page, and ticks these scopes."""
    page.get_by_role("button", name="Authorize", exact=True).first.click()
    form = page.locator(".auth-container").last  # the first is for an API key
    form.get_by_label("username").fill(ADA)
    form.get_by_label("password:", exact=True).fill(PASSWORD)
    for scope in scopes:
        form.get_by_text(scope, exact=True).click()
    with page.expect_response("**/api/v1/tokens") as asked:
        form.get_by_role("button", name="Apply given OAuth2 credentials").click()
    form.get_by_text("Logout").wait_for()
    granted: dict[str, str] = asked.value.json()
    return granted


@pytest.mark.parametrize("server", POSTGRESQL_PAIR, indirect=True)
def test_a_token_of_swagger_ui_has_the_scopes_that_are_ticked(browser: Browser, server: Server) -> None:
    assert server.headers  # Ada is there
    watched = Watched(browser, server.url)
    watched.page.goto(f"{server.url}/docs")
    assert authorized(watched.page, "items:read", "users:read")["scope"] == "items:read users:read"
    watched.is_clean()


def test_redoc_shows_the_operations(browser: Browser, server: Server) -> None:
    watched = Watched(browser, server.url)
    page = watched.page
    page.goto(f"{server.url}/redoc")
    page.get_by_role("heading", name="My Shop").first.wait_for()
    page.get_by_text("/api/v1/items/{item_id}").first.wait_for()
    page.locator("#items").get_by_role("button", name="Show").click()
    page.get_by_text("Change some fields of an item.").first.wait_for()
    assert page.get_by_alt_text("redocly logo").is_visible()
    watched.is_clean()


@pytest.mark.parametrize("server", PAIR[:1], indirect=True)
def test_the_picture_in_the_readme_is_that_of_the_page(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    page = Watched(browser, server.url).page
    page.goto(f"{server.url}/docs")
    page.locator(".opblock").nth(6).wait_for()
    picture = tmp_path / "documentation.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size > 20_000
    if os.environ.get("TWOFOLD_PICTURE"):
        shutil.copy(picture, PICTURE)
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
