"""The OpenAPI document is a file of every project, and strict linters find nothing in it."""

import json
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Make, run
from variants import PAIRED, VARIANTS

QUIET = {"REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "REDOCLY_TELEMETRY": "off"}

with_npm = pytest.mark.xdist_group("npm")


def project_name(project: Path) -> str:
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    its: str = answers["package_name"].replace("_", "-")
    return its


@pytest.mark.parametrize("variant", [*PAIRED, "flask-odd"])
def test_the_file_is_what_a_fresh_project_prints(installed: Make, variant: str) -> None:
    project = installed(variant)
    printed = run(project / ".venv/bin" / project_name(project), "openapi", cwd=project).stdout
    assert printed.encode() == (project / "openapi.json").read_bytes(), (
        "Run `my-shop openapi --write` in a fresh project, then hooks/document.py."
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_file_differs_in_the_answers_alone(rendered: Make, variant: str) -> None:
    project = rendered(variant)
    text = (project / "openapi.json").read_text("utf-8")
    alike = "fastapi-jwt" if VARIANTS[variant].get("auth") == "jwt" else "fastapi"
    document, usual = json.loads(text), json.loads((rendered(alike) / "openapi.json").read_text("utf-8"))
    assert text == json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    (info,) = project.glob("src/*/api/info.json")
    assert document.pop("info") == {**json.loads(info.read_text("utf-8")), "version": "0.1.0"}
    del usual["info"]
    assert document == usual


@pytest.mark.parametrize("variant", [*PAIRED, "flask-odd"])
@with_npm
def test_strict_linters_find_nothing(rendered: Make, npm: Path, variant: str) -> None:
    for lint in (spectral, redocly):
        lint(npm, rendered(variant) / "openapi.json")


@with_npm
def test_each_linter_would_find_something(rendered: Make, npm: Path, tmp_path: Path) -> None:
    document = json.loads((rendered("fastapi") / "openapi.json").read_text("utf-8"))
    del document["security"]
    del document["paths"]["/health/live"]["get"]["description"]
    spoilt = tmp_path / "openapi.json"
    spoilt.write_text(json.dumps(document), "utf-8")
    with pytest.raises(AssertionError, match=r"operation-description"):
        spectral(npm, spoilt)
    with pytest.raises(AssertionError, match=r"security-defined"):
        redocly(npm, spoilt)


def spectral(npm: Path, document: Path) -> None:
    rules = ROOT / "tests/npm/spectral.yaml"
    run(npm / "spectral", "lint", "--fail-severity=hint", "--ruleset", rules, document, cwd=npm)


def redocly(npm: Path, document: Path) -> None:
    rules = ROOT / "tests/npm/redocly.yaml"
    run(npm / "redocly", "lint", "--config", rules, document, cwd=npm, **QUIET)
