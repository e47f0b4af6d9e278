"""Weeks of a user's work are kept, by an update and a switch from every release, and as accounts come."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import copier
import httpx2
import pytest
from conftest import NEXT, RELEASES, UV, Make, files, git, run
from lifecycle import (
    OTHER,
    changes,
    committed,
    conflicts,
    edit,
    passes,
    switch,
    undo,
    update,
    uv_run,
    weeks_of_work,
    write_document,
)
from people import ADA, PASSWORD
from serving import serving
from stores import Store
from variants import PAIR

# What has moved since a release: a user's change is looked for where it went.
MOVED = {"src/my_shop/cli.py": "src/my_shop/cli/__init__.py"}

# The files that know HTTP: what the user changed in them waits beside them after a switch.
EDGE = {"src/my_shop/api/__init__.py", "src/my_shop/api/items.py"}


@dataclass
class Work:
    """A project at the user's last commit: what it was made from, the files that it began with, and has."""

    project: Path
    release: str
    framework: str
    began: dict[str, bytes]
    mine: dict[str, bytes]


@pytest.fixture(scope="module")
def worked(request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Work:
    release, framework = request.param
    project = tmp_path_factory.mktemp("work") / "mine"
    copier.run_copy(
        str(template), project, {"framework": framework}, vcs_ref=release, defaults=True, quiet=True
    )
    began = files(committed(project))
    weeks_of_work(project)
    return Work(project, release, framework, began, files(project))


@pytest.fixture
def work(worked: Work) -> Iterator[Work]:
    """The same for each test: what a test did to it is undone, as the README says that it can be."""
    commit = git(worked.project, "rev-parse", "HEAD").strip()
    yield worked
    undo(worked.project)
    git(worked.project, "reset", "--quiet", "--hard", commit)
    assert files(worked.project) == worked.mine


def each(*releases: str) -> pytest.MarkDecorator:
    """For each of the releases, with each framework; one process does all of a project's tests."""
    return pytest.mark.parametrize(
        "worked",
        [
            pytest.param((release, framework), marks=pytest.mark.xdist_group(f"{release}-{framework}"))
            for release in releases
            for framework in PAIR
        ],
        ids="-".join,
        indirect=True,
    )


TAGS = [f"v{version}" for version in RELEASES]


@each(*TAGS)
def test_an_update_keeps_weeks_of_work(work: Work, make: Make, tmp_path: Path) -> None:
    update(work.project)
    fresh, now = files(make("fresh", framework=work.framework)), files(work.project)

    # Only the README, written anew by both, has conflicts; and it has both.
    assert conflicts(work.project) <= {"README.md"}
    wanted, kept = expected(work, fresh), changes(fresh, now)
    assert added(wanted.pop("README.md")) <= added(kept.pop("README.md"))
    assert kept == wanted

    write_document(work.project)
    runs(work.project, tmp_path)
    assert uv_run(work.project, "my-shop", "motto") == "All that shines\n"
    if work.release == TAGS[0]:  # where most has changed since
        passes(work.project, work.framework)


@each(*TAGS, NEXT)
def test_a_switch_keeps_weeks_of_work(work: Work, make: Make, tmp_path: Path) -> None:
    switch(work.project, OTHER[work.framework])
    fresh, now = files(make("fresh", framework=OTHER[work.framework])), files(work.project)

    # What the user changed in the edge waits beside files that are as new.
    assert conflicts(work.project) - {"README.md"} == EDGE
    wanted, kept = expected(work, fresh), changes(fresh, now)
    for path in (*EDGE, "README.md"):
        del kept[f"{path}.rej"]
        assert added(wanted.pop(path)) <= set(now[f"{path}.rej"].decode("utf-8").splitlines())
    assert kept == wanted

    # The app starts, and what is left to do is told.
    runs(work.project, tmp_path)
    told = uv_run(work.project, "pytest", "-q", "tests/test_framework.py", code=1)
    assert f"src/my_shop/api/makers.py imports {work.framework}" in told
    for path in EDGE:
        assert f"{path}.rej" in told

    if work.release == NEXT:  # the others have the same files now: the tests that the user did not touch pass
        touched = (
            "--ignore=tests/test_makers.py",
            "--deselect=tests/test_items_api.py::test_a_created_item_is_where_its_location_says",
            "--deselect=tests/test_openapi.py::test_the_file_is_what_the_code_says",
        )
        uv_run(work.project, "pytest", "-q", "--no-cov", "--ignore=tests/test_framework.py", *touched)


@each(NEXT)
def test_accounts_come_and_go_with_weeks_of_work(work: Work, make: Make, tmp_path: Path) -> None:
    """As docs/accounts.md says, with the items that are there."""
    project = work.project
    shutil.copy(project / "app.db", tmp_path / "served.db")
    shop = partial(my_shop, project, f"sqlite:///{tmp_path / 'served.db'}")
    shop("db", "seed")
    items = listed(project, tmp_path)
    assert len(items) > 1

    update(project, auth="jwt")
    fresh, now = files(make("fresh", framework=work.framework, auth="jwt")), files(project)
    assert conflicts(project) <= {"README.md", "openapi.json"}
    wanted, kept = expected(work, fresh), changes(fresh, now)
    assert added(wanted.pop("README.md")) <= added(kept.pop("README.md"))
    del wanted["openapi.json"], kept["openapi.json"]  # which is written below
    assert kept == wanted

    git(project, "checkout", "--quiet", "HEAD", "--", "README.md")
    shop("openapi", "--write")
    shop("db", "upgrade")
    shop("users", "create", ADA, typed=PASSWORD)
    assert listed(project, tmp_path) == []
    assert shop("users", "adopt", ADA) == f"{len(items)} items are theirs now.\n"
    assert listed(project, tmp_path) == items
    shop("db", "check")
    uv_run(project, "ruff", "check")
    passes(project, work.framework)
    committed(project, "With accounts")

    # And back: the migrations of the user, which follow 0002 as well, stay.
    shop("db", "downgrade", "0003@0002")
    update(project, auth="none")
    assert conflicts(project) <= {"README.md", "openapi.json"}
    git(project, "checkout", "--quiet", "HEAD", "--", "README.md")
    shop("openapi", "--write")
    assert files(project) == work.mine
    shop("db", "upgrade")
    shop("db", "check")
    assert listed(project, tmp_path) == items


@each(NEXT)
def test_the_items_go_along_to_postgresql_with_weeks_of_work(work: Work, make: Make, tmp_path: Path) -> None:
    """As docs/databases.md says, and back."""
    project = work.project
    was = f"sqlite:///{shutil.copy(project / 'app.db', tmp_path / 'served.db')}"
    my_shop(project, was, "db", "upgrade")
    my_shop(project, was, "db", "seed")
    items = listed(project, tmp_path)
    assert len(items) > 1

    update(project, database="postgresql")
    fresh, now = files(make("fresh", framework=work.framework, database="postgresql")), files(project)
    assert conflicts(project) <= {"README.md", "tests/test_settings.py"}
    wanted, kept = expected(work, fresh), changes(fresh, now)
    for path in ("README.md", "tests/test_settings.py"):
        assert added(wanted.pop(path)) <= added(kept.pop(path))
    assert kept == wanted

    git(project, "checkout", "--quiet", "HEAD", "--", "README.md", "tests/test_settings.py")
    default = '"database_url": "{}"'.format  # which is next to a line of the user's
    edit(project / "tests/test_settings.py", default("sqlite:///app.db"), default(Store.DEFAULT))
    store = Store(project, tmp_path)
    my_shop(project, store.url, "db", "upgrade")
    told = my_shop(project, store.url, "db", "copy", was)
    assert told.endswith("Counts and checksums are the same in both.\n")
    assert listed(project, tmp_path) == items
    my_shop(project, store.url, "db", "check")
    uv_run(project, "ruff", "check")
    passes(project, work.framework)

    # And back.
    again = f"sqlite:///{tmp_path / 'again.db'}"
    my_shop(project, again, "db", "upgrade")
    my_shop(project, again, "db", "copy", store.url)
    committed(project, "On PostgreSQL")
    update(project, database="sqlite")
    assert conflicts(project) <= {"README.md", "tests/test_settings.py"}
    git(project, "checkout", "--quiet", "HEAD~1", "--", "README.md", "tests/test_settings.py")
    assert files(project) == work.mine
    (tmp_path / "served.db").unlink()
    (tmp_path / "again.db").rename(tmp_path / "served.db")
    assert listed(project, tmp_path) == items


def expected(work: Work, fresh: dict[str, bytes]) -> dict[str, list[str]]:
    """What a project that keeps all of the work differs in from a fresh one: the same lines, where they went.

    What the user deleted is gone, whatever the template has made of it.
    """
    mine = changes(work.began, work.mine)
    same = {MOVED.get(path, path): moved(path, mine[path]) for path in mine if path in work.mine}
    gone = {path: fresh[path] for path in mine if path not in work.mine and path in fresh}
    return same | changes(gone, {})


def runs(project: Path, folder: Path) -> None:
    """It starts, and a copy of its database goes along, by the user's migrations and the template's."""
    assert "/api/v1/items" in uv_run(project, "my-shop", "routes")
    uv_run(project, "ruff", "check")
    url = f"sqlite:///{shutil.copy(project / 'app.db', folder)}"
    for command in ("upgrade", "check", "seed"):
        my_shop(project, url, "db", command)


def my_shop(project: Path, url: str, *command: str, typed: str = "") -> str:
    """What the project's command prints, with that database."""
    return run(UV, "run", "--quiet", "my-shop", *command, cwd=project, typed=typed, DATABASE_URL=url).stdout


def listed(project: Path, folder: Path) -> list[object]:
    """The items that Ada sees, or everybody where there are no accounts, in the database that is served."""
    with serving(project, folder, "serve") as server:
        answer = httpx2.get(f"{server.url}/api/v1/items", headers=server.headers).raise_for_status()
        items: list[object] = answer.json()["items"]
        return items


def added(lines: list[str]) -> set[str]:
    return {line for line in lines if line.startswith("+")}


def moved(path: str, lines: list[str]) -> list[str]:
    """A user's lines, as they are where the file went: one folder below, so with one more dot."""
    return [line.replace("from .", "from ..") for line in lines] if path in MOVED else lines
