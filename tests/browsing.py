"""A real browser, and pages that tell what they asked for."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without a sandbox, because root and some runners have none; and no calls home of the browser's own.
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser of this machine; without one, the test is skipped."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        # In CI a browser is installed, and its absence is a fault.
        assert not os.environ.get("CI"), "there is no Chromium in CI"
        pytest.skip("no Chromium or Chrome on the path: install one, as by `apt install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """A page, with all that it asked for and complained of."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": 1200, "height": 1000})
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "response", lambda answer: self.complaints.append(answer.url) if answer.status >= 400 else None
        )

    def hear(self, kind: str, text: str) -> None:
        if kind not in {"info", "verbose"}:  # a browser has advice on the markup of a password's field
            self.complaints.append(text)

    def is_clean(self) -> None:
        elsewhere = [url for url in self.requests if not url.startswith((f"{self.url}/", "data:", "blob:"))]
        assert elsewhere == []
        assert self.complaints == []
