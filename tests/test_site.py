"""The documentation is a site that asks no other host for anything, and every link leads somewhere."""

import re
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from browsing import Watched, launched
from conftest import ROOT, run
from playwright.sync_api import expect
from reading import blocks, section

PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
]
LINK = re.compile(r"\]\(([^)#\s]*)#?([^)\s]*)\)")
COMMAND = blocks(section((ROOT / "README.md").read_text("utf-8"), "Read the documentation"), "sh")[0].split()


def build(folder: Path, code: int = 0) -> str:
    """Build the site of a copy of this repository, by the command of the README."""
    program = Path(sys.executable).with_name(Path(COMMAND[0]).name)
    return run(program, *COMMAND[1:], cwd=folder, code=code, NO_COLOR="1").stdout


def copy(folder: Path) -> Path:
    for name in (".mkdocs.yml", "README.md", "CHANGELOG.md", "docs", "hooks"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def site(isolated: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy(tmp_path_factory.mktemp("site"))
    build(folder)
    return folder / ".site"


def test_every_page_is_built(site: Path) -> None:
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    names = {name.removeprefix("docs/").replace("README.md", "index.md") for name in PAGES if "docs/" in name}
    assert built == {
        name.replace(".md", ".html") for name in {*names, "overview.md", "changelog.md", "404.md"}
    }


BROKEN = {
    "[a](nowhere.md)": "contains a link 'nowhere.md', but the target is not found",
    "[a](../pyproject.toml)": "contains a link '../pyproject.toml', but the target is not found",
    "![a](nothing.png)": "contains a link 'nothing.png', but the target is not found",
    "[a](contract.md#nothing)": "does not contain an anchor '#nothing'",
    "[a](#nowhere)": "contains a link '#nowhere', but there is no such anchor on this page",
    "[a](../README.md#nobody)": "does not contain an anchor '#nobody'",
}


def test_links_to_nowhere_end_the_build(tmp_path: Path) -> None:
    with (copy(tmp_path) / "docs/scaling.md").open("a", encoding="utf-8") as page:
        page.write("\n" + "\n".join(BROKEN))
    output = build(tmp_path, code=1)
    assert [told for told in BROKEN.values() if told not in output] == []
    assert f"Aborted with {len(BROKEN)} warnings in strict mode!" in output


def test_a_page_that_nobody_finds_ends_the_build(tmp_path: Path) -> None:
    (copy(tmp_path) / "docs/lost.md").write_text("# Lost\n", "utf-8")
    assert 'are not included in the "nav" configuration:\n  - lost.md\n' in build(tmp_path, code=1)


# What a browser fetches by itself. A link waits until somebody follows it.
FETCHED = {"href": {"link", "use", "image"}, "src": None, "srcset": None, "data": {"object"}, "poster": None}


class Fetched(HTMLParser):
    """The addresses that a page has fetched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in FETCHED and value and (FETCHED[name] is None or tag in (FETCHED[name] or ())):
                self.addresses.append(value)


def elsewhere(addresses: Iterator[str] | list[str]) -> list[str]:
    return [address for address in addresses if re.match(r"(\w+:)?//", address.strip("\"' "))]


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    fetched = [address for page in pages for address in Fetched(page.read_text("utf-8")).addresses]
    assert len(fetched) > 5 * len(pages)
    assert elsewhere(fetched) == []
    rooted = [page.name for page in pages if re.search('(?:href|src)="/', page.read_text("utf-8"))]
    assert rooted == ["404.html"]  # so the site may be below any path
    for sheet in site.rglob("*.css"):
        text = sheet.read_text("utf-8")
        assert elsewhere(re.findall(r"(?:url\(|@import )([^)\s]+)", text)) == [], sheet.name


def test_a_reader_searches_and_copies_and_the_browser_asks_nobody_else(site: Path) -> None:
    handler = partial(Quiet, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, launched() as browser:
        Thread(target=server.serve_forever, daemon=True).start()
        watched = Watched(browser, f"http://127.0.0.1:{server.server_port}")
        watched.page.goto(f"{watched.url}/index.html")
        search = watched.page.get_by_role("textbox", name="Search")
        search.press_sequentially("max_fails")  # the page listens to keys, and `fill` presses none
        watched.page.locator(".md-search-result__link").first.click()
        expect(watched.page.locator("h1")).to_contain_text("Scaling: many processes")
        watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        watched.page.goto(f"{watched.url}/tutorial.html#look-at-it")
        watched.page.locator("pre", has_text="$ uv run my-shop dev").first.get_by_role("button").click()
        copied = watched.page.evaluate("navigator.clipboard.readText()")
        assert copied == "uv run my-shop dev"  # neither the prompt nor the answer
        watched.is_clean()
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_what_would_ask_another_host_is_seen() -> None:
    page = '<link rel="preconnect" href="https://fonts.example"><img src="//cdn.example/a.png"><a href="https://a.b">'
    assert elsewhere(Fetched(page).addresses) == ["https://fonts.example", "//cdn.example/a.png"]


def prose(page: Path) -> str:
    """Without code, in which brackets are no links."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]*`", lambda code: code[0].strip("`").replace("](", ""), text)


def anchors(page: Path) -> set[str]:
    """The names that a Git host gives to the headings."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    titles = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title) for title in titles]
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def lost(page: Path) -> list[str]:
    """The links of a page that lead to no file, or to no heading of it."""
    found = []
    for name, anchor in LINK.findall(prose(page)):
        target = page.parent / name if name else page
        if "://" not in name and not (target.exists() and (not anchor or anchor in anchors(target))):
            found.append(f"{name}#{anchor}" if anchor else name)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_what_is_there_on_a_git_host_too(name: str) -> None:
    assert lost(ROOT / name) == []


def test_links_that_lead_nowhere_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `title`, [linked](page.md)\n\n[a](#a-title-linked) [b](page.md#a-title-linked) [c](page.md#b)"
        " [d](#c) [e](no.md) [f](https://a.example/b#c)\n\n`[g](no)`\n\n```text\n[h](no)\n```\n",
        "utf-8",
    )
    assert lost(page) == ["page.md#b", "#c", "no.md"]
