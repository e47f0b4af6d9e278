"""Weeks of a user's work are kept, by an update and by a switch, from every release."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import copier
import pytest
from conftest import NEXT, RELEASES, UV, Make, files, run
from lifecycle import (
    OTHER,
    changes,
    committed,
    conflicts,
    switch,
    undo,
    update,
    uv_run,
    weeks_of_work,
    write_document,
)
from variants import PAIR

# What has moved since a release: a user's change is looked for where it went.
MOVED = {"src/my_shop/cli.py": "src/my_shop/cli/__init__.py"}

# The files that know HTTP: what the user changed in them waits beside them after a switch.
EDGE = {"src/my_shop/api/__init__.py", "src/my_shop/api/items.py"}


@dataclass
class Work:
    """A project at the user's last commit, the files that it began with, and those that it has."""

    project: Path
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
    return Work(project, framework, began, files(project))


@pytest.fixture
def work(worked: Work) -> Iterator[Work]:
    """The same for each test: what a test did to it is undone, as the README says that it can be."""
    yield worked
    undo(worked.project)
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
    wanted, kept = changes(work.began, work.mine), changes(fresh, now)
    assert added(wanted.pop("README.md")) <= added(kept.pop("README.md"))

    # What the user deleted is gone, whatever the template has made of it.
    deleted = work.began.keys() - work.mine.keys()
    gone = changes({path: fresh[path] for path in deleted}, {})

    # All else that the user changed is changed in the same lines, and nothing besides.
    same = {MOVED.get(path, path): moved(path, lines) for path, lines in wanted.items()}
    assert kept == same | gone

    write_document(work.project)
    uv_run(work.project, "ruff", "check")
    uv_run(work.project, "pytest", "-q", "--no-cov")
    assert uv_run(work.project, "my-shop", "motto") == "All that shines\n"

    # The database goes along, with the user's migrations and those of the template.
    url = f"sqlite:///{shutil.copy(work.project / 'app.db', tmp_path)}"
    for command in ("upgrade", "check", "seed"):
        run(UV, "run", "--quiet", "my-shop", "db", command, cwd=work.project, DATABASE_URL=url)


@each(*TAGS, NEXT)
def test_a_switch_keeps_weeks_of_work(work: Work, make: Make) -> None:
    switch(work.project, OTHER[work.framework])
    fresh, now = files(make("fresh", framework=OTHER[work.framework])), files(work.project)

    # What the user changed in the edge waits beside files that are as new.
    assert conflicts(work.project) - {"README.md"} == EDGE
    wanted, kept = changes(work.began, work.mine), changes(fresh, now)
    for path in EDGE:
        waiting = now[f"{path}.rej"].decode("utf-8").splitlines()
        assert set(wanted.pop(path)) <= set(waiting)
        assert now[path] == fresh[path]

    # All else is changed in the same lines, or gone where the user deleted it.
    assert added(wanted.pop("README.md")) <= set(now["README.md.rej"].decode("utf-8").splitlines())
    for path, lines in wanted.items():
        if path in work.mine:
            assert kept[MOVED.get(path, path)] == moved(path, lines)
        else:
            assert path not in now

    # The app starts, and the tests that the user did not touch pass.
    assert "/api/v1/items" in uv_run(work.project, "my-shop", "routes")
    touched = (
        "--ignore=tests/test_makers.py",
        "--deselect=tests/test_items_api.py::test_a_created_item_is_where_its_location_says",
        "--deselect=tests/test_openapi.py::test_the_file_is_what_the_code_says",
    )
    uv_run(work.project, "pytest", "-q", "--no-cov", "--ignore=tests/test_framework.py", *touched)

    # What is left to do is told.
    told = uv_run(work.project, "pytest", "-q", "tests/test_framework.py", code=1)
    assert f"src/my_shop/api/makers.py imports {work.framework}" in told
    for path in EDGE:
        assert f"{path}.rej" in told


def added(lines: list[str]) -> set[str]:
    return {line for line in lines if line.startswith("+")}


def moved(path: str, lines: list[str]) -> list[str]:
    """A user's lines, as they are where the file went: one folder below, so with one more dot."""
    return [line.replace("from .", "from ..") for line in lines] if path in MOVED else lines
