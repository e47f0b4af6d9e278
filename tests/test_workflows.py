"""The workflows, this repository's and a generated project's, are sound."""

import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Make, run
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
