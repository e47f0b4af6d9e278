"""Release this template, as in `.venv/bin/python hooks/release.py 0.2.0`. It pushes nothing."""

import re
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click
import yaml
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


def last_release() -> Version:
    return max(map(Version, tomllib.loads(RELEASES.read_text("utf-8"))), default=Version("0"))


class Release(click.ParamType):
    """A final version, in its normal form, newer than the last one."""

    name = "version"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Version:
        try:
            version = Version(value)
        except InvalidVersion:
            self.fail(f"{value!r} is not a version. Give three numbers, such as 0.2.0.", param, ctx)
        if not re.fullmatch(r"\d+\.\d+\.\d+", value) or str(version) != value:
            self.fail(f"{value!r} is not a final release. Give three numbers, such as 0.2.0.", param, ctx)
        if version <= last_release():
            self.fail(f"{value} is not newer than {last_release()}, the last release.", param, ctx)
        return version


def unreleased() -> str:
    """What the changelog says of the next release."""
    text = CHANGELOG.read_text("utf-8")
    entry = re.search(r"^## Unreleased\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return entry[1].strip() if entry else ""


def misnumbered(expected: str) -> list[str]:
    """The versions of migrations that some update to this release would not cross."""
    spec = yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))
    written = {migration["version"] for migration in spec.get("_migrations", [])}
    return [each for each in sorted(written) if Version(each) > last_release() and each != expected]


def replaced(path: Path, old: str, new: str) -> str:
    text = path.read_text("utf-8")
    require(text.count(old) == 1, f"{path.name} has to hold {old.strip()!r} once.")
    return text.replace(old, new)


@click.command()
@click.argument("version", type=Release())
@click.option("--checks", default=".ci/run", show_default=True, help="The program that has to pass first.")
def release(version: Version, checks: str) -> None:
    """Check, then write VERSION into the changelog and pyproject.toml, commit, tag, and list the commit."""
    tag, entry, first = f"v{version}", unreleased(), f"v{last_release()}.post1.dev0"
    today = datetime.now(UTC).date()
    declared = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["version"]
    changelog = replaced(CHANGELOG, "## Unreleased\n", f"## Unreleased\n\n## {version} ({today})\n")
    pyproject = replaced(PYPROJECT, f'\nversion = "{declared}"\n', f'\nversion = "{version}"\n')

    def clean() -> bool:
        return not git("status", "--porcelain")

    require(git("branch", "--show-current") == "main", "Releases are made on the branch main. Switch to it.")
    require(clean(), "Some changes are not committed. Commit or stash them.")
    require(not git("tag", "--list", tag), f"There is a tag {tag} already. Give a newer version.")
    require(entry, 'CHANGELOG.md says nothing below "## Unreleased". Write what is new, for users.')
    wrong = ", ".join(misnumbered(first))
    require(not wrong, f"copier.yml has migrations to {wrong}. Write {first}, the first after the last.")
    passed = subprocess.run([checks], cwd=ROOT, check=False).returncode == 0
    require(passed, f"{checks} failed, so nothing was released. Correct what it says.")
    require(clean(), f"{checks} changed files, so nothing was released. Look at them.")

    CHANGELOG.write_text(changelog, "utf-8")
    PYPROJECT.write_text(pyproject, "utf-8")
    git("commit", "--quiet", "--all", "--message", f"Release {version}")
    git("tag", "--annotate", "--cleanup=verbatim", tag, "--message", f"{version}\n\n{entry}")

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
