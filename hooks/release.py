"""Release this template, as in `.venv/bin/python hooks/release.py 0.2.0`. It pushes nothing."""

import re
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[1]
CHANGELOG = ROOT / "CHANGELOG.md"
PYPROJECT = ROOT / "pyproject.toml"
RELEASES = ROOT / "tests/releases.toml"


def git(*args: str) -> str:
    return subprocess.run(
        ["git", *args], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ).stdout.strip()


def require(condition: object, sentence: str) -> None:
    if not condition:
        raise click.ClickException(sentence)


class Release(click.ParamType):
    """A final version, in its normal form, newer than the last one."""

    name = "version"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Version:
        try:
            version = Version(value)
        except InvalidVersion:
            self.fail(f"{value!r} is not a version. Give three numbers, such as 0.2.0.", param, ctx)
        if str(version) != value or len(version.release) != 3 or version.is_prerelease or version.local:
            self.fail(f"{value!r} is not a final release. Give three numbers, such as 0.2.0.", param, ctx)
        last = max(map(Version, tomllib.loads(RELEASES.read_text("utf-8"))), default=Version("0"))
        if version <= last:
            self.fail(f"{value} is not newer than {last}, the last release.", param, ctx)
        return version


def unreleased() -> str:
    """What the changelog says of the next release."""
    entry = re.search(
        r"^## Unreleased\n(.*?)(?=^## |\Z)", CHANGELOG.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return entry[1].strip() if entry else ""


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    require(text.count(old) == 1, f"{path.name} has to hold {old.strip()!r} once.")
    path.write_text(text.replace(old, new), "utf-8")


@click.command()
@click.argument("version", type=Release())
@click.option("--checks", default=".ci/run", show_default=True, help="The program that has to pass first.")
def release(version: Version, checks: str) -> None:
    """Check, then write VERSION into the changelog and pyproject.toml, commit, tag, and list the commit."""
    tag = f"v{version}"
    entry = unreleased()
    require(git("branch", "--show-current") == "main", "Releases are made on the branch main. Switch to it.")
    require(
        not git("status", "--porcelain"), "There are changes that are not committed. Commit or stash them."
    )
    require(
        not git("tag", "--list", tag), f"There is a tag {tag} already. Delete it, or give a newer version."
    )
    require(
        entry, 'CHANGELOG.md says nothing below "## Unreleased". Write what is new, for those who update.'
    )
    require(
        subprocess.run([checks], cwd=ROOT, check=False).returncode == 0,
        f"{checks} failed, so nothing was released. Mend what it says.",
    )

    today = datetime.now(UTC).date()
    replace(CHANGELOG, "## Unreleased\n", f"## Unreleased\n\n## {version} ({today})\n")
    declared = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["version"]
    replace(PYPROJECT, f'\nversion = "{declared}"\n', f'\nversion = "{version}"\n')
    git("commit", "--quiet", "--all", "--message", f"Release {version}")
    git("tag", "--annotate", tag, "--message", f"{version}\n\n{entry}")

    with RELEASES.open("a", encoding="utf-8") as file:
        file.write(f'"{version}" = "{git("rev-parse", "HEAD")}"\n')
    git(
        "commit",
        "--quiet",
        "--all",
        "--message",
        f"List release {version}, so that updates from it are tested",
    )
    click.echo(f"Released {version}. Publish it: git push --atomic origin main {tag}")


if __name__ == "__main__":
    release()
