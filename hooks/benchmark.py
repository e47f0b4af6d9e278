"""What the template costs, as ratios of interleaved runs: `.venv/bin/python hooks/benchmark.py copy`."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
COPIER = Path(sys.executable).with_name("copier")


def git(cwd: Path, *args: str) -> None:
    subprocess.run(["git", "-c", "user.name=B", "-c", "user.email=b@example.com", *args], cwd=cwd, check=True)


def copied(template: Path, project: Path) -> float:
    """The seconds that a copy takes, as a process of its own."""
    command = [COPIER, "copy", "--quiet", "--defaults", "--vcs-ref=HEAD", str(template), str(project)]
    begin = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - begin


def empty_template(like: Path, folder: Path) -> Path:
    """A template of as many files as that project has, in the same folders, empty, without questions."""
    for path in like.rglob("*"):
        if path.is_file():
            file = folder / "template" / path.relative_to(like)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    (folder / "copier.yml").write_text("_subdirectory: template\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Empty")
    return folder


@click.group()
def main() -> None:
    """What the template costs, as ratios of interleaved runs."""


@main.command()
@click.option("--rounds", default=15, show_default=True, type=click.IntRange(1))
def copy(rounds: int) -> None:
    """Compare a copy of the last commit with one of an empty template of as many files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = folder / "ours"
        git(folder, "clone", "--quiet", str(ROOT), str(ours))
        copied(ours, folder / "project")
        empty = empty_template(folder / "project", folder / "empty")
        ratios = [
            copied(ours, folder / f"ours-{count}") / copied(empty, folder / f"empty-{count}")
            for count in range(rounds)
        ]
    click.echo(
        f"A copy takes {statistics.median(ratios):.2f} times ({min(ratios):.2f} to {max(ratios):.2f}) "
        "as long as one of an empty template with as many files."
    )


if __name__ == "__main__":
    main()
