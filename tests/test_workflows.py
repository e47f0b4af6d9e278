"""The workflows and pipelines, this repository's and a generated project's, are sound."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, UV, Make, run
from variants import VARIANTS

BIN = Path(sys.executable).parent


def sound(*files: Path) -> None:
    workflows = [file for file in files if "workflows" in file.parts]
    run(BIN / "actionlint", *workflows, cwd=ROOT)
    run(BIN / "zizmor", "--offline", "--no-progress", *files, cwd=ROOT)


def test_those_of_this_repository_are() -> None:
    workflows = sorted((ROOT / ".github/workflows").iterdir())
    assert [workflow.name for workflow in workflows] == ["ci.yml", "nightly.yml"]
    sound(*workflows, ROOT / ".github/dependabot.yml")


ON_GITHUB = [variant for variant, answers in VARIANTS.items() if answers.get("ci", "github") == "github"]


@pytest.mark.parametrize("variant", ON_GITHUB)
def test_those_of_a_generated_project_are(rendered: Make, variant: str) -> None:
    workflows = sorted((rendered(variant) / ".github/workflows").iterdir())
    assert [workflow.name for workflow in workflows] == ["ci.yml", "update.yml"]
    sound(*workflows)


def test_it_runs_on_every_python_from_the_oldest_supported(rendered: Make) -> None:
    for variant, pythons in (
        ("fastapi", 4),
        ("fastapi-3.12", 3),
        ("fastapi-3.13-postgresql", 2),
        ("fastapi-3.14", 1),
    ):
        workflow = yaml.safe_load((rendered(variant) / ".github/workflows/ci.yml").read_text("utf-8"))
        assert len(workflow["jobs"]["check"]["strategy"]["matrix"]["python"]) == pythons


def test_an_unsound_one_would_be_found(tmp_path: Path) -> None:
    bad = tmp_path / ".github/workflows/ci.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text("on: push\njobs: {x: {runs-on: ubuntu-latest, steps: [{uses: actions/checkout@main}]}}\n")
    with pytest.raises(AssertionError, match="unpinned"):
        sound(bad)


# On GitLab.

ON_GITLAB = [variant for variant, answers in VARIANTS.items() if answers.get("ci") == "gitlab"]


def pipeline(project: Path) -> dict[str, Any]:
    its: dict[str, Any] = yaml.safe_load((project / ".gitlab-ci.yml").read_text("utf-8"))
    return its


def jobs(its: dict[str, Any]) -> dict[str, Any]:
    return {name: job for name, job in its.items() if "script" in job}


def of_its_schema(file: Path) -> None:
    run(BIN / "check-jsonschema", "--builtin-schema=vendor.gitlab-ci", file, cwd=ROOT)


def is_bash(lines: list[str]) -> None:
    for line in lines:
        run("bash", "-n", "-c", line, cwd=ROOT)


@pytest.mark.parametrize("variant", ON_GITLAB)
def test_a_pipeline_is_of_its_schema_and_its_lines_are_bash(rendered: Make, variant: str) -> None:
    of_its_schema(rendered(variant) / ".gitlab-ci.yml")
    for job in jobs(pipeline(rendered(variant))).values():
        is_bash(job["script"])


def test_a_bad_one_would_be_found(tmp_path: Path) -> None:
    bad = tmp_path / ".gitlab-ci.yml"
    bad.write_text("image:\n  script: [a job cannot have this name]\n")
    with pytest.raises(AssertionError, match="Schema validation errors"):
        of_its_schema(bad)
    with pytest.raises(AssertionError, match="unexpected end of file"):
        is_bash(["true", "if true; then"])


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_host_has_the_same_jobs(rendered: Make, variant: str) -> None:
    wanted = {"check", "lowest", "migrations", "audit", "breaking"}
    if VARIANTS[variant].get("docker") == "yes":
        wanted.add("container")
    if variant in ON_GITHUB:
        workflow = yaml.safe_load((rendered(variant) / ".github/workflows/ci.yml").read_text("utf-8"))
        assert set(workflow["jobs"]) == wanted
    elif variant in ON_GITLAB:
        assert set(jobs(pipeline(rendered(variant)))) == wanted | {"update"}


@pytest.mark.parametrize("variant", [*ON_GITHUB, *ON_GITLAB])
def test_the_tests_run_on_each_database(rendered: Make, variant: str) -> None:
    if variant in ON_GITLAB:
        job = pipeline(rendered(variant))["check"]
        (matrix,) = job["parallel"]["matrix"]
        asked, found = " --database $DATABASE", matrix.get("DATABASE")
        scripts = job["script"]
    else:
        workflow = yaml.safe_load((rendered(variant) / ".github/workflows/ci.yml").read_text("utf-8"))
        job = workflow["jobs"]["check"]
        asked, found = " --database ${{ matrix.database }}", job["strategy"]["matrix"].get("database")
        scripts = [step["run"] for step in job["steps"] if "run" in step]
    (tests,) = (script for script in scripts if "pytest" in script)
    if VARIANTS[variant].get("database") == "postgresql":
        assert found == ["postgresql", "sqlite"]
        assert "services" in job
        assert asked in tests
    else:
        assert found is None
        assert "services" not in job
        assert "--database" not in tests


@pytest.mark.parametrize("variant", ["fastapi", "fastapi-3.13-jwt"])
def test_a_lock_file_that_is_missing_or_old_is_told_by_a_sentence(
    rendered: Make, tmp_path: Path, variant: str
) -> None:
    project = rendered(variant)
    ci = next(
        project / name for name in (".github/workflows/ci.yml", ".gitlab-ci.yml") if (project / name).exists()
    )
    first = re.search(r"uv sync .*|uv run .*", ci.read_text("utf-8"))
    assert first
    assert first[0] == "uv sync --locked"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    command = (UV, *first[0].split()[1:])
    missing = run(*command, cwd=tmp_path, code=1).stdout
    assert "Unable to find lockfile at `uv.lock`" in missing
    assert "run `uv lock`" in missing
    (tmp_path / "uv.lock").write_text('version = 1\nrequires-python = ">=3.9"\n')
    assert "The lockfile at `uv.lock` needs to be updated" in run(*command, cwd=tmp_path, code=1).stdout


def test_uv_and_the_python_of_an_image_are_the_same_everywhere(rendered: Make) -> None:
    """The uv that the tests have, so that one who raises it there raises it here."""
    version = run(UV, "--version", cwd=ROOT).stdout.split()[1]
    texts = [(rendered("flask-bsd") / name).read_text("utf-8") for name in ("Dockerfile", ".gitlab-ci.yml")]
    assert set(re.findall(r"astral-sh/uv:([\d.]+\d)", "".join(texts))) == {version}
    pythons = pipeline(rendered("flask-bsd"))["check"]["parallel"]["matrix"][0]["PYTHON"]
    assert f"FROM python:{pythons[-1]}-slim-" in texts[0]


def test_the_coverage_is_read_off_the_last_line_of_the_tests(rendered: Make) -> None:
    pattern = pipeline(rendered("flask-bsd"))["check"]["coverage"]
    found = re.search(pattern.strip("/"), "TOTAL                    1501      3    290      5    99%")
    assert found
    assert found[1] == "99%"
