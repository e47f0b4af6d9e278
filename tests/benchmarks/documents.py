"""How long the OpenAPI document takes, and what a route costs at the start."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from field import Field, run
from results import Results

DESCRIBING = Path(__file__).with_name("describing.py")
COUNTS = (10, 100, 500)
NAMES = {"fastapi": "fastapi", "flask": "flask", "bare_fastapi": "fastapi"}
"""The contenders, and in whose project each runs: bare FastAPI has the routes and models of ours."""


def measure(results: Results, field: Field, rounds: int, counts: Sequence[int] = COUNTS) -> None:
    """Add `document, 100 routes: seconds`, and `start-up, 100 routes: ms a route`, for each count."""
    runs = {name: partial(_run, field.project(of), name, counts) for name, of in NAMES.items()}
    results.interleave(rounds, runs)


def _run(project: Path, name: str, counts: Sequence[int]) -> dict[str, float]:
    """The figures of an app with so many routes besides the items', each in a process of its own."""
    figures = {}
    for count in counts:
        told = run(project / ".venv/bin/python", DESCRIBING, name, str(count), cwd=project)
        seconds = json.loads(told)
        figures[f"document, {count} routes: seconds"] = seconds["document"]
        figures[f"start-up, {count} routes: ms a route"] = seconds["routes"] / count * 1000
    return figures
