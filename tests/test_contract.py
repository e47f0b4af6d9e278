"""A client cannot tell the two apart. (The generated tests are the contract, and the same files in both.)"""

import pytest
from conftest import Make, run
from variants import PAIRS


@pytest.mark.parametrize("pair", PAIRS)
def test_the_commands_are_equal(installed: Make, pair: tuple[str, str]) -> None:
    for command in (
        ["openapi"],
        ["routes"],
        ["--help"],
        ["openapi", "--help"],
        ["db", "--help"],
        ["serve", "--help"],
    ):
        fastapi, flask = (
            run(installed(variant) / ".venv/bin/my-shop", *command, cwd=installed(variant)).stdout
            for variant in pair
        )
        assert fastapi == flask
