"""What the how-to page says works, in either framework: its diffs are applied, and their tests pass."""

import os
from pathlib import Path

import pytest
from conftest import ROOT, Make
from lifecycle import committed, uv_run
from reader import Reader, sections
from variants import PAIR

PAGE = (ROOT / "docs/how-to.md").read_text("utf-8")
FRAMEWORKS = PAIR if "NIGHTLY" in os.environ else ("flask",)  # the tutorial has the other one
ADDED = ["exports", "letters", "rates"]
TOUCHED = ["items_service", "openapi", "settings"]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_all_of_it_works_together(make: Make, tmp_path: Path, framework: str) -> None:
    project = committed(make("shop", framework=framework))
    reader = Reader(sections(PAGE, framework), tmp_path, {}, {})
    reader.cwd = project
    for title in reader.sections:
        reader.follow(title)
    assert reader.left_out == []
    uv_run(project, "my-shop", "openapi", "--write")
    for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
        uv_run(project, *command)
    assert {path.stem for path in (project / "tests").glob("test_*.py")} >= {f"test_{name}" for name in ADDED}
    uv_run(project, "pytest", "-q", "--no-cov", *(f"tests/test_{name}.py" for name in ADDED + TOUCHED))
