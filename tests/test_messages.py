"""What is printed after a copy, an update and a switch is true, and can be pasted."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from conftest import NEXT, ROOT, Make, git, run
from lifecycle import COPIER, OTHER, apply, committed
from reading import blocks, section
from variants import PAIR


def told(output: str, since: str) -> str:
    """What is printed from a sentence on, without Copier's own lines before it."""
    return since + output.partition(since)[2].rstrip()


@pytest.mark.parametrize("folder", ["my-shop", "our shop's [new] ü"])
def test_after_a_copy_come_the_next_commands(template: Path, tmp_path: Path, folder: str) -> None:
    output = run(COPIER, "copy", "--defaults", str(template), folder, cwd=tmp_path).stdout
    assert (
        told(output, "My Shop is in")
        == f"""\
My Shop is in {folder}. Next:

  cd {shlex.quote(folder)}
  uv sync
  git init && git add -A && git commit -m "Generate the project"
  uv run my-shop dev

Its README tells the rest: how to test it, change it, update it, and switch its framework."""
    )
    commands = [line for line in output.splitlines() if line.startswith(("  cd ", "  git "))]
    run("sh", "-ec", "\n".join(commands), cwd=tmp_path)
    assert git(tmp_path / folder, "log", "--format=%s") == "Generate the project\n"


def test_after_an_update_comes_what_is_new_and_what_to_do(make: Make) -> None:
    project = committed(make("old", release="v0.1.0"))
    output = run(COPIER, "update", "--defaults", "--trust", "--vcs-ref", NEXT, cwd=project).stdout
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    news = changelog[changelog.index("\n## ") : changelog.index("\n## 0.1.0 ")]
    news = re.sub(r"^\n## Unreleased\s+(?=## )", "", news).strip()
    assert (
        told(output, "My Shop went from")
        == f"""\
My Shop went from v0.1.0 to {NEXT}. What is new:

{indented(news)}

{AFTERWARDS}"""
    )


AFTERWARDS = """\
Resolve conflicts, in files and beside them, and look at what was deleted; this lists them:

  git diff --check; find . -name '*.rej'
  git diff --diff-filter=D --stat

Then lock, migrate, write openapi.json, test, and commit, new files too:

  uv lock
  uv run my-shop db upgrade
  uv run my-shop openapi --write
  uv run pytest
  git add -A && git commit -m "Update from the template"

Or undo all of it, back to your last commit:

  git reset --hard && git clean -fd"""


def indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.splitlines())


def test_after_an_update_to_where_it_is_nothing_is_new(make: Make) -> None:
    project = committed(make("current"))
    output = run(COPIER, "update", "--defaults", cwd=project).stdout
    assert told(output, "My Shop stays") == f"My Shop stays at {NEXT}.\n\n{AFTERWARDS}"


@pytest.mark.parametrize("framework", PAIR)
def test_a_switch_is_done_and_told_as_the_readme_says(make: Make, framework: str) -> None:
    project = committed(make("mine", framework=framework))
    readme = (project / "README.md").read_text("utf-8")
    apply(project, "Add a field")
    apply(project, "Add a resource")
    committed(project, "Mine")

    page = section(readme, "Switch the framework")
    command = blocks(page, "console")[0].strip().removeprefix("$ uvx copier ")
    output = run(COPIER, *shlex.split(command), cwd=project).stdout
    names = {"fastapi": "FastAPI", "flask": "Flask"}
    shown = blocks(page, "text")[0]
    if framework == "fastapi":
        guide = (ROOT / "docs/switching.md").read_text("utf-8")
        assert (blocks(guide, "console")[0], blocks(guide, "text")[0]) == (blocks(page, "console")[0], shown)
    name = names[OTHER[framework]]
    assert shown.startswith(f"My Shop uses {name} now, instead of {names[framework]}.\n")
    committing = AFTERWARDS.replace("Update from the template", f"Switch to {name}")
    assert told(output, "My Shop uses") == f"{shown}\n{committing}"


def test_a_copy_into_a_repository_makes_no_other(template: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    output = run(COPIER, "copy", "--defaults", str(template), "apps/shop", cwd=tmp_path).stdout
    assert '\n  git add -A && git commit -m "Generate the project"\n' in output


def test_after_a_copy_over_a_project_comes_what_it_does_not(make: Make) -> None:
    project = committed(make("again"))
    output = run(COPIER, "recopy", "--defaults", "--overwrite", cwd=project).stdout
    assert "unlike `copier update`, a copy over a project keeps nothing of yours." in output


def test_other_answers_are_told(make: Make) -> None:
    project = committed(make("free", licence="MIT"))
    output = run(
        COPIER, "update", "--defaults", "--vcs-ref=:current:", "--data", "licence=none", cwd=project
    ).stdout
    assert told(output, "My Shop has") == f"My Shop has another licence.\n\n{AFTERWARDS}"


def test_what_comes_and_goes_with_accounts_is_told(make: Make) -> None:
    project = committed(make("mine"))
    change = (COPIER, "update", "--defaults", "--vcs-ref=:current:", "--data")
    came = run(*change, "auth=jwt", cwd=project).stdout
    undoing = "\n\nOr undo all of it"
    users = """

And create a user, and give them the items that are there; docs/accounts.md of the template tells the rest:

  uv run my-shop users create EMAIL
  uv run my-shop users adopt EMAIL"""
    assert (
        told(came, "My Shop has")
        == f"My Shop has another auth.\n\n{AFTERWARDS.replace(undoing, users + undoing)}"
    )
    committed(project, "With accounts")
    went = run(*change, "auth=none", cwd=project).stdout
    assert (
        told(went, "My Shop has")
        == f"""\
My Shop has another auth.

The migration of accounts is gone with them. Unless you went back with the database before, undo this,
and do so first, as docs/accounts.md of the template says.

{AFTERWARDS}"""
    )


def test_that_rows_go_along_to_postgresql_and_back_is_told(make: Make) -> None:
    project = committed(make("mine"))
    change = (COPIER, "update", "--defaults", "--vcs-ref=:current:", "--data")
    went = run(*change, "database=postgresql", cwd=project).stdout
    undoing = "\n\nOr undo all of it"
    rows = """

And bring the rows along, into the database of DATABASE_URL; docs/databases.md of the template tells the rest:

  uv run my-shop db copy sqlite:///app.db"""
    assert (
        told(went, "My Shop has")
        == f"My Shop has another database.\n\n{AFTERWARDS.replace(undoing, rows + undoing)}"
    )
    committed(project, "On PostgreSQL")
    came = run(*change, "database=sqlite", cwd=project).stdout
    assert (
        told(came, "My Shop has")
        == f"""\
My Shop has another database.

The rows are in PostgreSQL still. Unless you copied them before, undo this, and do so first,
as docs/databases.md of the template says.

{AFTERWARDS}"""
    )


def test_every_file_that_waits_is_in_the_message(make: Make) -> None:
    project = committed(make("mine"))
    for path in ("pyproject.toml", "src/my_shop/api/items.py", "tests/client.py"):
        text = (project / path).read_text("utf-8")
        (project / path).write_text(re.sub("(?i)fastapi", "Slowapi", text), "utf-8")
    committed(project, "Mine")
    output = run(
        COPIER,
        "update",
        "--defaults",
        "--vcs-ref=:current:",
        "--data",
        "framework=flask",
        "--conflict",
        "rej",
        "--context-lines",
        "5",
        cwd=project,
    ).stdout
    waiting = sorted(path.relative_to(project).as_posix() for path in project.rglob("*.rej"))
    assert len(waiting) == 3
    assert "then delete the files:\n\n" + indented("\n".join(waiting)) + "\n\n" in output


def test_a_project_from_a_folder_without_git_is_told_what_it_cannot(template: Path, tmp_path: Path) -> None:
    archive = tmp_path / "zip"
    archive.mkdir()
    subprocess.run(f"git archive HEAD | tar -x -C {archive}", cwd=template, shell=True, check=True)  # noqa: S602
    output = run(COPIER, "copy", "--defaults", "zip", "my-shop", cwd=tmp_path).stdout
    assert "The template was a folder without Git, so `copier update` cannot tell what is newer." in output
    made = run(COPIER, "copy", "--defaults", str(template), "other", cwd=tmp_path).stdout
    assert "without Git" not in made


def test_a_crossing_update_without_trust_is_told_of_it(make: Make) -> None:
    project = committed(make("old", release="v0.1.0"))
    output = run(COPIER, "update", "--defaults", "--vcs-ref", NEXT, cwd=project, code=4).stdout
    assert "Template uses potentially unsafe feature: migrations.\n" in output
    assert "`--trust` option" in output
    # The README takes it up in these words.
    assert '"potentially unsafe feature: migrations"' in (make("new") / "README.md").read_text("utf-8")


def test_the_changelog_is_shown_as_it_is_written(make: Make) -> None:
    """It is rendered on its way into the message, so it may not hold what Jinja takes for its own."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert not re.search(r"\{\{|\{%|\{#|^\s*#%", text, re.MULTILINE)
