"""What happens to a project over the years: commits, updates, switches, and a user's weeks of work."""

import difflib
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import copier
from conftest import NEXT, UV, git, run
from reading import blocks, section

COPIER = Path(sys.executable).with_name("copier")
OTHER = {"fastapi": "flask", "flask": "fastapi"}

# A file of the user's, in every directory.
NOTES = "notes ✎.md"


def committed(project: Path, message: str = "Generate") -> Path:
    """The project, with all its files in its last commit."""
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", message)
    return project


def update(
    project: Path, to: str = NEXT, conflict: Literal["inline", "rej"] = "inline", **answers: str
) -> None:
    """As the README says, but quietly, and with trust, which an update from an old release may need."""
    copier.run_update(
        project,
        answers,
        defaults=True,
        overwrite=True,
        quiet=True,
        vcs_ref=to,
        conflict=conflict,
        context_lines=5 if conflict == "rej" else 3,
        unsafe=True,
    )


def switch(project: Path, framework: str, to: str = NEXT) -> None:
    """As the README says, but quietly, and perhaps together with an update."""
    update(project, to, "rej", framework=framework)


def conflicts(project: Path) -> set[str]:
    """The files with conflicts in them or beside them, as the README has them listed."""
    check = subprocess.run(
        ["git", "diff", "--check"], cwd=project, capture_output=True, text=True, check=False
    )
    marked = {line.partition(":")[0] for line in check.stdout.splitlines() if "conflict marker" in line}
    beside = {path.relative_to(project).as_posix().removesuffix(".rej") for path in project.rglob("*.rej")}
    return marked | beside


def undo(project: Path) -> None:
    """As the README says."""
    git(project, "reset", "--hard", "--quiet")
    git(project, "clean", "-fdq")


def changes(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, list[str]]:
    """The lines that were removed and added, file by file, wherever in it they are."""
    found = {}
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name):
            old, new = (
                version.get(name, b"").decode("utf-8", "replace").splitlines() for version in (before, after)
            )
            lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
            found[name] = [line for line in lines if not line.startswith("@@")]
    return found


def uv_run(project: Path, *command: str, code: int = 0) -> str:
    """What a command prints, in the environment that it makes of what the project declares."""
    return run(UV, "run", "--quiet", *command, cwd=project, code=code).stdout


def passes(project: Path, framework: str) -> None:
    """Its tests pass: all of them in FastAPI, and in Flask each night; else those of what was added."""
    added = ["items_api", "items_service", "makers", "openapi", "migrations", "cli", "settings", "framework"]
    some = [f"tests/test_{name}.py" for name in added if (project / f"tests/test_{name}.py").exists()]
    whole = framework == "fastapi" or "NIGHTLY" in os.environ
    uv_run(project, "pytest", "-q", "--no-cov", *([] if whole else some))


def apply(project: Path, title: str) -> None:
    """Change the project as the diff below that heading of its README says."""
    patch = blocks(section((project / "README.md").read_text("utf-8"), title), "diff")[0]
    (project.parent / "patch").write_text(patch, "utf-8")
    git(project, "apply", "--unidiff-zero", str(project.parent / "patch"))


def add_field_and_resource(project: Path) -> None:
    """All that the README says of it, with their migrations."""
    uv_run(project, "my-shop", "db", "upgrade")
    for title, message in (("Add a field", "Add colour to items"), ("Add a resource", "Add makers")):
        apply(project, title)
        uv_run(project, "my-shop", "db", "revision", "-m", message)
        uv_run(project, "my-shop", "db", "upgrade")
        write_document(project)


def write_document(project: Path) -> None:
    """As the README says; a project of a release before 0.3.0 has no such file."""
    if (project / "openapi.json").exists():
        uv_run(project, "my-shop", "openapi", "--write")


def weeks_of_work(project: Path) -> None:
    """All that the README tells to do, and what users do besides."""
    add_field_and_resource(project)
    run(UV, "add", "--quiet", "humanize", cwd=project)

    package = project / "src/my_shop"
    edit(package / "settings.py", "threads: int = Field(default=4,", "threads: int = Field(default=6,")
    edit(project / ".env.example", "THREADS=4", "THREADS=6")
    edit(
        project / "tests/test_settings.py",
        '"threads": 4,',
        '"threads": 6,\n        "motto": "All that shines",',
    )
    edit(
        package / "settings.py",
        '    @field_validator("database_url")\n',
        SETTING + '    @field_validator("database_url")\n',
    )
    with (project / ".env.example").open("a", encoding="utf-8") as file:
        file.write("\n# What the shop says of itself.\nMOTTO=All that shines\n")

    if (cli := package / "cli/__init__.py").exists():
        edit(cli, ROUTES, COMMAND.replace("from .", "from ..") + ROUTES)
    else:
        edit(package / "cli.py", ROUTES, COMMAND + ROUTES)
    edit(project / "pyproject.toml", 'version = "0.1.0"', 'version = "1.4.0"')
    write_document(project)
    with (project / ".gitignore").open("a", encoding="utf-8") as file:
        file.write("*.orig\n")
    for sample in ("AGENTS.md", ".pre-commit-config.yaml"):
        (project / sample).unlink()
    (project / "README.md").write_text("# Our shop\n\nAsk Ada.\n", "utf-8")
    tracked = git(project, "ls-files", "-z").split("\0")
    for folder in {(project / name).parent for name in tracked if name}:
        if folder.exists():
            (folder / NOTES).write_text("Ours.\n", "utf-8")
    (package / "api/pages/logo.png").write_bytes(bytes(range(256)))
    committed(project, "Weeks of work")


SETTING = '''\
    motto: str = "All that shines"
    """What the shop says of itself."""

'''

ROUTES = "@main.command()\ndef routes() -> None:\n"

COMMAND = '''\
@main.command()
def motto() -> None:
    """Say what the shop says of itself."""
    from .makers.model import NAME_MAX

    click.echo(Settings.load().motto[:NAME_MAX])


'''


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that a file has once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), "utf-8")
