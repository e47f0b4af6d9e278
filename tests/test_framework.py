"""What a switch left to do is named, even when the app does not start; and nothing else is."""

import shutil
from pathlib import Path

import pytest
from conftest import Make, run
from lifecycle import edit

COMMAND = ("-m", "pytest", "--noconftest", "--no-cov", "-q", "tests/test_framework.py")


@pytest.fixture
def project(installed: Make, tmp_path: Path) -> Path:
    """A Flask project, which is run with the environment of another copy."""
    project = tmp_path / "switched"
    shutil.copytree(installed("flask"), project, ignore=shutil.ignore_patterns(".venv"))
    return project


def told(installed: Make, project: Path, code: int) -> list[str]:
    """What is named, once each: in CI, pytest says all of it again in its summary."""
    python = installed("flask") / ".venv/bin/python"
    output = run(python, *COMMAND, cwd=project, code=code, PYTHONPATH=str(project / "src")).stdout
    return list(dict.fromkeys(line.strip() for line in output.splitlines() if line.startswith("  ")))


def test_what_is_left_is_named(installed: Make, project: Path) -> None:
    api = project / "src/my_shop/api"
    (api / "makers.py").write_text("from fastapi import APIRouter\n")
    (api / "login.py").write_text("import fastapi_users\n")
    (api / "helper.py").write_text("from .schemas import In\n")
    (project / "asgi.py").write_text("import starlette\n")
    (project / "deploy").mkdir()
    (project / "deploy/run.py").write_text("import slowapi\n")
    (project / ".github/workflows/ci.yml.rej").touch()
    edit(project / "pyproject.toml", "writes them here.\n", 'writes them here.\n  "fastapi_users>=1",\n')
    lines = told(installed, project, code=1)
    for line in (
        "asgi.py imports starlette",
        "deploy/run.py imports slowapi",
        "src/my_shop/api/makers.py imports fastapi",
        "src/my_shop/api/login.py imports fastapi",
        ".github/workflows/ci.yml.rej",
    ):
        assert line in lines
    assert [line.partition(" (")[0] for line in lines if "api/helper.py" in line] == [
        "src/my_shop/api/helper.py: cannot import name 'In' from 'my_shop.api.schemas'"
    ]


def test_a_missing_file_of_the_edge_is_named_where_it_is_missed(installed: Make, project: Path) -> None:
    (project / "src/my_shop/api/items.py").unlink()
    (line,) = told(installed, project, code=1)
    assert line.startswith(
        "src/my_shop/api/__init__.py: cannot import name 'items' from partially initialized"
    )


def test_nothing_else_is(installed: Make, project: Path) -> None:
    (project / "venv/lib").mkdir(parents=True)
    (project / "venv/pyvenv.cfg").touch()
    (project / "venv/lib/server.py").write_text("import slowapi\n")
    (project / "tests/data").mkdir()
    (project / "tests/data/broken.py").write_text("def (:\n")
    (project / "tests/fakebank.py").write_text("import fastapi\n")
    edit(project / "pyproject.toml", "dev = [\n", 'dev = [\n  "fastapi>=0.165",\n')
    assert told(installed, project, code=0) == []
