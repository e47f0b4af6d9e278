"""A release is checked, written down, tagged and listed; or nothing is."""

import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import ROOT, git
from packaging.version import Version


def released(root: Path) -> dict[str, str]:
    return tomllib.loads((root / "tests/releases.toml").read_text("utf-8"))


@pytest.fixture
def clone(template: Path, tmp_path: Path) -> Path:
    """The template with a line in the changelog, and no tags."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--no-tags", str(template), str(clone))
    git(clone, "checkout", "-qB", "main")
    changelog = clone / "CHANGELOG.md"
    changelog.write_text(
        re.sub(
            r"^## Unreleased\n.*?(?=^## |\Z)",
            "## Unreleased\n\n- Bells, and whistles.\n\n",
            changelog.read_text("utf-8"),
            flags=re.MULTILINE | re.DOTALL,
        )
    )
    git(clone, "commit", "-qam", "Bells")
    return clone


def release(clone: Path, *args: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "hooks/release.py", *args],
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_release_is_written_down_tagged_and_listed(clone: Path) -> None:
    before = released(clone)
    assert release(clone, "9.0.0", "--checks", "true") == (
        0,
        "Released 9.0.0. Publish it: git push --atomic origin main v9.0.0\n",
    )
    commit = git(clone, "rev-parse", "v9.0.0^{commit}").strip()
    assert released(clone) == {**before, "9.0.0": commit}
    assert git(clone, "show", "v9.0.0:pyproject.toml").count('\nversion = "9.0.0"\n') == 1
    today = datetime.now(UTC).date()
    assert f"## Unreleased\n\n## 9.0.0 ({today})\n\n- Bells, and whistles.\n" in git(
        clone, "show", "v9.0.0:CHANGELOG.md"
    )
    assert "- Bells, and whistles." in git(clone, "tag", "--list", "v9.0.0", "--format=%(contents)")
    assert git(clone, "log", "-2", "--format=%s").splitlines() == [
        "List release 9.0.0, so that updates from it are tested",
        "Release 9.0.0",
    ]
    assert git(clone, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("spoil", "args", "sentence"),
    [
        ("true", ["9.0.0", "--checks", "false"], "false failed, so nothing was released."),
        ("touch new", ["9.0.0", "--checks", "true"], "Some changes are not committed."),
        ("git checkout -qb other", ["9.0.0", "--checks", "true"], "Releases are made on the branch main."),
        ("git tag v9.0.0", ["9.0.0", "--checks", "true"], "There is a tag v9.0.0 already."),
        (
            "sed -i '/Bells/d' CHANGELOG.md && git commit -qam Silence",
            ["9.0.0", "--checks", "true"],
            'CHANGELOG.md says nothing below "## Unreleased".',
        ),
        (
            "sed -i 's/- version: .*/- version: v8.0.0/' copier.yml && git commit -qam Wrong",
            ["9.0.0", "--checks", "true"],
            "copier.yml has migrations to v8.0.0. Write v",
        ),
        ("true", ["0.0.1", "--checks", "true"], "0.0.1 is not newer than"),
        ("true", ["9.0", "--checks", "true"], "'9.0' is not a final release."),
        ("true", ["9.0.0rc1", "--checks", "true"], "'9.0.0rc1' is not a final release."),
        ("true", ["nine", "--checks", "true"], "'nine' is not a version."),
    ],
)
def test_what_is_not_ready_is_not_released(clone: Path, spoil: str, args: list[str], sentence: str) -> None:
    subprocess.run(["sh", "-c", spoil], cwd=clone, check=True)
    before = git(clone, "log", "--all", "--format=%H%d"), git(clone, "status", "--porcelain")
    code, told = release(clone, *args)
    assert (code != 0, sentence in told) == (True, True), told
    assert (git(clone, "log", "--all", "--format=%H%d"), git(clone, "status", "--porcelain")) == before


def test_what_the_checks_changed_is_not_released(clone: Path) -> None:
    check = clone / ".git/check"
    check.write_text("#!/bin/sh\ntouch new\n")
    check.chmod(0o755)
    code, told = release(clone, "9.0.0", "--checks", str(check))
    assert (code, told) == (1, f"Error: {check} changed files, so nothing was released. Look at them.\n")
    assert git(clone, "tag", "--list", "v9.0.0") == ""


def test_the_list_the_changelog_and_the_package_agree() -> None:
    listed = list(released(ROOT))
    assert listed == sorted(listed, key=Version)
    told = re.findall(r"^## (\d+\.\d+\.\d+) ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert told == listed[::-1]
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == listed[-1]


def test_every_release_is_in_the_history() -> None:
    for version, commit in released(ROOT).items():
        git(ROOT, "merge-base", "--is-ancestor", commit, "HEAD")
        assert git(ROOT, "show", f"{commit}:pyproject.toml").count(f'\nversion = "{version}"\n') == 1
