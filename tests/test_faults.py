"""What goes wrong with an update loses nothing, and has a way out that docs/updating.md tells."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import ANSWERS, Make, everything, files, git, run
from lifecycle import COPIER, NOTES, committed, edit, undo

UPDATE = (COPIER, "update", "--defaults", "--trust")


def state(project: Path) -> tuple[dict[str, bytes], str, str]:
    """All that could be lost: files, commits and what is staged."""
    git_dir = ("--git-dir", str(project / ".git"))
    return (
        everything(project),
        git(project, *git_dir, "log", "--all", "--format=%H"),
        git(project, *git_dir, "diff", "--cached", "--stat"),
    )


@pytest.fixture
def old(make: Make) -> Path:
    """A project of the first release, with a change of the user's, a secret, and a database."""
    project = committed(make("old", release="v0.1.0"))
    (project / "src/my_shop" / NOTES).write_text("Ours.\n", "utf-8")
    (project / ".env").write_text("LOG_LEVEL=debug\n")
    (project / "app.db").write_bytes(b"SQLite")
    return committed(project, "Mine")


@pytest.fixture
def fresh(make: Make) -> dict[str, bytes]:
    """What it is after its update."""
    notes = {f"src/my_shop/{NOTES}": b"Ours.\n", ".env": b"LOG_LEVEL=debug\n", "app.db": b"SQLite"}
    return files(make("fresh")) | notes


def refused(project: Path, sentence: str, *command: str | Path, **environment: str) -> None:
    """The update ends with that sentence, and nothing was done."""
    before = state(project)
    output = run(*(command or UPDATE), cwd=project, code=1, **environment).stdout
    assert sentence in output.rstrip().splitlines()[-1]
    assert state(project) == before


def test_without_git_on_the_path(old: Path, fresh: dict[str, bytes], tmp_path: Path) -> None:
    refused(old, "CommandNotFound: ('git'", PATH=str(tmp_path))
    run(*UPDATE, cwd=old)
    assert files(old) == fresh


def test_without_a_repository(old: Path, fresh: dict[str, bytes]) -> None:
    shutil.rmtree(old / ".git")
    before = files(old)
    output = run(*UPDATE, cwd=old, code=1).stdout
    assert output.rstrip().endswith("Updating is only supported in git-tracked subprojects.")
    assert files(old) == before
    committed(old)
    run(*UPDATE, cwd=old)
    assert files(old) == fresh


def test_with_changes_that_are_not_committed(old: Path, fresh: dict[str, bytes]) -> None:
    (old / "new.txt").write_text("New.\n")
    refused(old, "Please commit or stash your local changes and retry.")
    committed(old, "New")
    run(*UPDATE, cwd=old)
    assert files(old) == fresh | {"new.txt": b"New.\n"}


def test_from_a_template_that_was_named_by_a_relative_path(
    template: Path, tmp_path: Path, make: Make
) -> None:
    shop = tmp_path / "shops/my-shop"
    shop.parent.mkdir()
    relative = os.path.relpath(template, shop.parent)
    run(COPIER, "copy", "--defaults", "--vcs-ref", "v0.1.0", relative, "my-shop", cwd=shop.parent)
    moved = shop.rename(tmp_path / "moved")
    run(*UPDATE, cwd=committed(moved))
    assert files(moved) == files(make("fresh"))


def test_from_a_zip_without_git(template: Path, tmp_path: Path, make: Make) -> None:
    (tmp_path / "zip").mkdir()
    run("sh", "-c", f"git archive v0.1.0 | tar -x -C {tmp_path}/zip", cwd=template)
    run(COPIER, "copy", "--defaults", "zip", "my-shop", cwd=tmp_path)
    project = committed(tmp_path / "my-shop")
    refused(project, "Cannot update because cannot obtain old template references")

    answers = yaml.safe_load((project / ANSWERS).read_text("utf-8"))
    (project / ANSWERS).write_text(
        yaml.safe_dump(answers | {"_src_path": str(template), "_commit": "v0.1.0"}), "utf-8"
    )
    committed(project, "From a clone")
    run(*UPDATE, cwd=project)
    assert files(project) == files(make("fresh"))


def test_from_a_template_that_has_moved(template: Path, tmp_path: Path, make: Make) -> None:
    git(tmp_path, "clone", "-q", str(template), str(tmp_path / "here"))
    run(COPIER, "copy", "--defaults", "--vcs-ref", "v0.1.0", "here", "my-shop", cwd=tmp_path)
    project = committed(tmp_path / "my-shop")
    (tmp_path / "here").rename(tmp_path / "there")
    refused(project, "Updating is only supported in git-tracked templates.")
    refused(project, "Local template must be a directory.", *UPDATE[:-1])

    edit(project / ANSWERS, f"_src_path: {tmp_path}/here\n", f"_src_path: {tmp_path}/there\n")
    committed(project, "The template has moved")
    run(*UPDATE, cwd=project)
    assert files(project) == files(make("fresh"))


@pytest.mark.parametrize(
    ("old_text", "new_text", "sentence"),
    [
        ("framework: fastapi\n", "framework: [\n", '.copier-answers.yml", line 8'),
        ("framework: fastapi\n", "", ".copier-answers.yml has no answer for framework."),
        ("framework: fastapi\n", "framework: django\n", "'django' is not in ['fastapi', 'flask']"),
        ("package_name: my_shop\n", "package_name: my shop\n", "Type lower-case letters"),
        ("_commit: v0.1.0\n", "", "cannot obtain old template references"),
        ("_commit: v0.1.0\n", "_commit: v0.0.9\n", "Unknown revision: 'v0.0.9'"),
        ("_src_path: ", "<<<<<<< HEAD\n_src_path: ", '.copier-answers.yml", line'),
        ("_src_path: ", "source: ", "cannot obtain old template references"),
    ],
)
def test_with_damaged_answers(
    old: Path, fresh: dict[str, bytes], old_text: str, new_text: str, sentence: str
) -> None:
    edit(old / ANSWERS, old_text, new_text)
    committed(old, "Damaged")
    refused(old, sentence)
    git(old, "checkout", "-q", "HEAD~1", "--", ANSWERS)
    committed(old, "Mended")
    run(*UPDATE, cwd=old)
    assert files(old) == fresh


@pytest.mark.parametrize("damage", [lambda path: path.write_text(""), Path.unlink], ids=["empty", "deleted"])
def test_without_answers(old: Path, fresh: dict[str, bytes], damage: Callable[[Path], object]) -> None:
    damage(old / ANSWERS)
    committed(old, "Damaged")
    before = files(old)
    run(*UPDATE, cwd=old, code=1)
    assert (files(old), git(old, "status", "--porcelain")) == (before, "")
    git(old, "checkout", "-q", "HEAD~1", "--", ANSWERS)
    committed(old, "Mended")
    run(*UPDATE, cwd=old)
    assert files(old) == fresh


def seconds(project: Path, at_most: float | None = None) -> float | None:
    """How long an update takes, or None when it was killed because that was too long."""
    begin = time.monotonic()
    process = subprocess.Popen(UPDATE, cwd=project, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=at_most)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        (project / ".git/index.lock").unlink(missing_ok=True)  # as Git says when it finds one
        return None
    return time.monotonic() - begin


def test_killed_at_ten_random_moments(old: Path, fresh: dict[str, bytes]) -> None:
    before = state(old)
    duration = seconds(old)
    undo(old)
    for tenth in range(10):
        # One that was done before the moment came was faster than the last: aim again, by its own duration.
        while took := seconds(old, at_most=(tenth + random.random()) / 10 * duration):  # noqa: S311
            duration = took
            undo(old)
        undo(old)
        assert state(old) == before
    run(*UPDATE, cwd=old)
    assert files(old) == fresh


@pytest.mark.parametrize("whose", ["its own", "another"])
def test_with_a_repository_in_the_environment(
    old: Path, fresh: dict[str, bytes], template: Path, tmp_path: Path, whose: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").touch()
    committed(other)
    head = git(template, "rev-parse", "HEAD"), git(other, "rev-parse", "HEAD")
    before = state(old)
    run(*UPDATE, cwd=old, code=1, GIT_DIR=str((old if whose == "its own" else other) / ".git"))
    assert state(old) == before
    assert (git(template, "rev-parse", "HEAD"), git(other, "rev-parse", "HEAD")) == head
    assert git(other, "status", "--porcelain") == git(template, "status", "--porcelain") == ""
    run(*UPDATE, cwd=old)
    assert files(old) == fresh


@pytest.mark.parametrize("attributes", [True, False], ids=["with .gitattributes", "without"])
def test_in_a_checkout_with_other_line_ends(
    old: Path, fresh: dict[str, bytes], tmp_path: Path, attributes: bool
) -> None:
    if not attributes:
        (old / ".gitattributes").unlink()
        committed(old, "No attributes")
        del fresh[".gitattributes"]
    windows = tmp_path / "windows"
    git(tmp_path, "clone", "-q", "--config", "core.autocrlf=true", str(old), str(windows))
    assert (b"\r\n" in (windows / "README.md").read_bytes()) is not attributes
    for name in (".env", "app.db"):
        shutil.copy(old / name, windows / name)
    run(*UPDATE, cwd=windows)
    assert {name: text.replace(b"\r\n", b"\n") for name, text in files(windows).items()} == fresh


def bound() -> list[str]:
    """What makes file modes hold, for root too."""
    return ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []


def test_into_a_folder_that_is_read_only(template: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        output = run(
            *bound(), COPIER, "copy", "--defaults", str(template), "my-shop", cwd=tmp_path, code=1
        ).stdout
        assert "PermissionError: [Errno 13] Permission denied" in output.splitlines()[-1]
        assert list(tmp_path.iterdir()) == []
    finally:
        tmp_path.chmod(0o755)


def test_of_a_project_with_a_folder_that_is_read_only(old: Path, fresh: dict[str, bytes]) -> None:
    before = state(old)
    package = old / "src/my_shop"
    package.chmod(0o555)
    output = run(*bound(), *UPDATE, cwd=old, code=1).stdout
    assert "PermissionError: [Errno 13] Permission denied" in output.splitlines()[-1]
    package.chmod(0o755)
    undo(old)
    assert state(old) == before
    run(*UPDATE, cwd=old)
    assert files(old) == fresh
