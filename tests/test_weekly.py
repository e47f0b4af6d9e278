"""The weekly workflow opens a pull request with the update, tells its conflicts, and merges nothing.

GitHub is not here. Its steps are run by bash, as its runner does, with an `origin` that is a folder, and a
`gh` that writes down how it is called.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import NEXT, Make, files, git, run
from lifecycle import COPIER, committed

NEWER = "v9999.1.0"
BRANCH = f"template-{NEWER}"
MONEY = "src/my_shop/money.py"

# The pull requests that there are already are in $PULLS; none can be opened where $FORBIDDEN is set.
GH = """\
#!/bin/sh
case "$1 $2" in
  "pr list") echo "[$PULLS]"; exit ;;
  "pr create") if [ -n "$FORBIDDEN" ]; then exit 1; fi ;;
  *) exit ;;
esac
printf '%s\\n' "$*" >> "$RUNNER_TEMP/gh"
while [ $# -gt 0 ]; do
  if [ "$1" = --body-file ]; then cp "$2" "$RUNNER_TEMP/body"; fi
  shift
done
"""


@pytest.fixture
def newer(template: Path, tmp_path: Path) -> str:
    """The address of a template with a release that is newer than the working tree: it changes money.py."""
    clone, host = tmp_path / "clone", tmp_path / "host.git"
    git(tmp_path, "clone", "-q", str(template), str(clone))
    path = clone / "template/{{ base }}/src/{{ package_name }}/money.py"
    path.write_text("# Newer.\n" + path.read_text("utf-8"), "utf-8")
    git(clone, "commit", "-qam", "Newer")
    git(clone, "tag", NEWER)
    git(tmp_path, "clone", "-q", "--mirror", str(clone), str(host))
    return f"file://{host}"


@pytest.fixture
def project(newer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the release before, as GitHub's runner checks it out, and the tools that it has."""
    if not shutil.which("jq"):
        assert not os.environ.get("CI"), "there is no jq in CI"
        pytest.skip("no jq on the path: install one, as by `apt install jq`")
    monkeypatch.setenv("COPIER_CACHE_DIR", str(tmp_path / "cache"))
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name, script in (("gh", GH), ("uvx", f'#!/bin/sh\nshift\nexec {COPIER} "$@"\n')):
        (bin_ / name).write_text(script)
        (bin_ / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    return committed_with(tmp_path, newer, NEXT)


def committed_with(folder: Path, source: str, release: str) -> Path:
    mine, origin, checkout = folder / "mine", folder / "origin.git", folder / "checkout"
    run(COPIER, "copy", "--quiet", "--defaults", "--vcs-ref", release, source, "mine", cwd=folder)
    git(folder, "clone", "-q", "--bare", str(committed(mine)), str(origin))
    git(folder, "clone", "-q", "--depth", "1", f"file://{origin}", str(checkout))
    return checkout


def mine(project: Path, path: str, text: str) -> None:
    (project / path).write_text(text, "utf-8")
    committed(project, "Mine")
    git(project, "push", "-q", "origin", "main")


def weekly(project: Path, tmp_path: Path) -> tuple[int, str]:
    """Run the steps that are scripts; give the exit status and what was printed."""
    temp = tmp_path / "runner"
    settings = {"RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(temp / "output")}
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir()
    (temp / "output").touch()
    workflow = yaml.safe_load((project / ".github/workflows/update.yml").read_text("utf-8"))
    printed = ""
    for step in workflow["jobs"]["update"]["steps"]:
        release = (temp / "output").read_text().strip().removeprefix("release=")
        if "run" not in step or ("if" in step and not release):
            continue
        (temp / "script").write_text(step["run"])
        done = subprocess.run(
            ["bash", "-e", temp / "script"],
            cwd=project,
            env={**os.environ, **settings, "RELEASE": release},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        printed += done.stdout
        if done.returncode:
            return done.returncode, printed
    return 0, printed


def opened(tmp_path: Path) -> list[str]:
    """The calls by which pull requests were opened."""
    log = tmp_path / "runner/gh"
    return log.read_text().splitlines() if log.exists() else []


def test_an_update_is_offered_as_a_pull_request(project: Path, tmp_path: Path, newer: str) -> None:
    main = git(project, "rev-parse", "origin/main")
    assert weekly(project, tmp_path)[0] == 0
    assert opened(tmp_path) == [
        f"pr create --title Update from the template to {NEWER} --body-file {tmp_path}/runner/body.md",
    ]
    body = (tmp_path / "runner/body").read_text("utf-8")
    assert f"My Shop went from {NEXT} to {NEWER}." in body
    assert "conflicts, between markers" not in body

    assert git(project, "ls-remote", "origin", "main").split()[0] == main.strip()
    assert git(project, "ls-remote", "origin", BRANCH).split()[0] == git(project, "rev-parse", "HEAD").strip()
    run(COPIER, "copy", "--quiet", "--defaults", newer, "fresh", cwd=tmp_path)
    assert files(project) == files(tmp_path / "fresh")


def test_conflicts_are_told_in_a_draft(project: Path, tmp_path: Path) -> None:
    mine(project, MONEY, '"""Ours."""\n')
    assert weekly(project, tmp_path)[0] == 0
    assert opened(tmp_path)[-1].endswith("/body.md --draft")
    body = (tmp_path / "runner/body").read_text("utf-8")
    assert body.endswith(f"Resolve them on this branch, before it is merged:\n\n- `{MONEY}`\n")
    assert '<<<<<<< before updating\n"""Ours."""\n=======\n# Newer.\n' in git(
        project, "show", f"{BRANCH}:{MONEY}"
    )


def test_it_is_offered_once(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLS", '{"number": 7}')
    code, printed = weekly(project, tmp_path)
    assert (code, opened(tmp_path)) == (0, [])
    assert f"There is a pull request for the update to {NEWER} already, or there was one." in printed


def test_it_is_offered_again_when_it_could_not_be(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORBIDDEN", "yes")
    assert weekly(project, tmp_path)[0] == 1
    assert git(project, "ls-remote", "--heads", "origin", BRANCH) == ""


def test_without_a_newer_release_nothing_happens(newer: str, project: Path, tmp_path: Path) -> None:
    current = tmp_path / "current"
    current.mkdir()
    assert weekly(committed_with(current, newer, NEWER), tmp_path) == (0, "")
    assert opened(tmp_path) == []


def test_an_update_that_needs_trust_is_left_to_the_user(newer: str, project: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    project = committed_with(old, newer, "v0.1.0")
    workflow = tmp_path / "checkout/.github/workflows/update.yml"
    mine(project, ".github/workflows/update.yml", workflow.read_text("utf-8"))
    code, printed = weekly(project, tmp_path)
    assert code == 1
    assert "Template uses potentially unsafe feature: migrations." in printed
    assert "::error::Update by hand. When it needs trust, read hooks/migrations/ of the template" in printed
    assert opened(tmp_path) == []
    assert git(project, "ls-remote", "--heads", "origin", "template-*") == ""


def test_a_template_that_github_cannot_reach_is_told(make: Make, project: Path, tmp_path: Path) -> None:
    code, printed = weekly(committed(make("local")), tmp_path)
    assert (code, opened(tmp_path)) == (0, [])
    assert printed.startswith("::warning::The template is a folder, /")


def test_a_scheduled_pipeline_on_gitlab_fails_when_there_is_a_newer_release(
    rendered: Make, project: Path, newer: str, tmp_path: Path
) -> None:
    job = yaml.safe_load((rendered("flask-bsd") / ".gitlab-ci.yml").read_text("utf-8"))["update"]
    assert job["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]
    script = "\n".join(job["script"])
    told = run("bash", "-e", "-c", script, cwd=project, code=1).stdout
    assert NEWER.removeprefix("v") in told
    assert "Update it, as README.md says." in told
    (tmp_path / "newest").mkdir()
    run("bash", "-e", "-c", script, cwd=committed_with(tmp_path / "newest", newer, NEWER))
