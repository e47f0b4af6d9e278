"""The engine's tests, run inside generated projects: what the template promises of the code that it owns.

`engine/` has a folder for each answer, as `template/` has: `base` for every project, `jwt/flask` for accounts
in Flask. The files that apply are copied into the project's `tests/`, so that they use its fixtures.
"""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, Make, run
from variants import VARIANTS

ENGINE = ROOT / "tests/engine"
RUNS = [
    *("fastapi", "flask", "fastapi-jwt", "flask-jwt"),
    *("fastapi-postgresql", "flask-postgresql"),
]


def applicable(variant: str) -> list[Path]:
    """Return the engine's files for the answers of a variant."""
    answers = {"base", *VARIANTS[variant].values()}
    answers.add(VARIANTS[variant].get("framework", "fastapi"))
    return [
        path for path in sorted(ENGINE.rglob("*.py")) if set(path.parent.relative_to(ENGINE).parts) <= answers
    ]


def test_every_engine_file_applies_somewhere() -> None:
    applied = {path for variant in RUNS for path in applicable(variant)}
    assert applied == set(ENGINE.rglob("*.py"))


@pytest.mark.parametrize("variant", RUNS)
def test_the_engine_keeps_its_promises(installed: Make, tmp_path: Path, variant: str) -> None:
    project = tmp_path / "project"
    shutil.copytree(installed(variant), project, ignore=shutil.ignore_patterns(".venv"))
    names = [path.name for path in applicable(variant)]
    assert len(set(names)) == len(names)
    for path in applicable(variant):
        shutil.copy(path, project / "tests")
    tests = [f"tests/{name}" for name in names if name.startswith("test_")]
    pytest_ = installed(variant) / ".venv/bin/pytest"
    run(pytest_, "-q", "--no-cov", "--strict-markers", *tests, cwd=project, PYTHONPATH=str(project / "src"))
