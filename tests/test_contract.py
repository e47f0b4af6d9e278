"""A client cannot tell the two apart. (The generated tests are the contract, and the same files in both.)"""

import json
from typing import Any

from conftest import Make, run
from variants import PAIR


def document(installed: Make, variant: str) -> dict[str, Any]:
    project = installed(variant)
    its: dict[str, Any] = json.loads(run(project / ".venv/bin/my-shop", "openapi", cwd=project).stdout)
    return its


def test_the_documents_are_equal_without_any_normalisation(installed: Make) -> None:
    fastapi, flask = (document(installed, variant) for variant in PAIR)
    assert fastapi == flask


def test_the_commands_are_equal(installed: Make) -> None:
    for command in (["routes"], ["--help"], ["db", "--help"], ["serve", "--help"]):
        fastapi, flask = (
            run(installed(variant) / ".venv/bin/my-shop", *command, cwd=installed(variant)).stdout
            for variant in PAIR
        )
        assert fastapi == flask
