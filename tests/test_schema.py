"""schemathesis finds nothing, in all its phases and with all its checks.

It asks each server by its document, which is the same file in both frameworks, with up to 100 examples
for each operation in each phase, and 1000 with `NIGHTLY=1`. Where there are accounts, it has some, and
25 examples, for passwords take long on purpose; and once more it has none, and is let in nowhere.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Make, run
from serving import serving
from variants import PAIR, PAIRED, PAIRS, POSTGRESQL_PAIR

NIGHTLY = bool(os.environ.get("NIGHTLY"))


def checked(
    project: Path, document: Path, folder: Path, seed: int, *options: str, examples: int, code: int = 0
) -> str:
    """What schemathesis prints of the server of a project, by that document."""
    with serving(project, folder, "serve") as server:
        return run(
            project / ".venv/bin/schemathesis",
            *("--config-file", project / "tests/schemathesis.toml", "run", document, "--url", server.url),
            *("--phases=examples,coverage,fuzzing,stateful", "--checks=all", f"--max-examples={examples}"),
            f"--seed={seed}",
            *options,
            cwd=folder,
            code=code,
            PYTHONPATH=str(project),
            SCHEMATHESIS_HOOKS="" if NOBODY in options else "tests.schemathesis_hooks",
        ).stdout


NOBODY = "--exclude-checks=positive_data_acceptance"
"""For who has no account, and is let in nowhere: that is what this check would find."""


def passed(output: str) -> int:
    """How many requests there were, in all phases; each of them was answered as it should be."""
    tested = re.search(r"Selected: (\d+)/\1\n +Tested: \1\n", output)
    assert tested, output
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"\n  ✅ {phase}\n" in output, output
    cases = re.search(r"(\d+) generated, \1 passed", output)
    assert cases, output
    return int(cases[1])


@pytest.mark.parametrize("variant", PAIRED)
def test_a_server_keeps_what_its_document_says(
    installed: Make,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    variant: str,
) -> None:
    project = installed(variant)
    # The documents are equal, so each run has a seed of its own.
    seed = int(request.config.option.hypothesis_seed) + PAIRED.index(variant)
    examples = 1000 if NIGHTLY else 100 if variant in PAIR else 25
    output = checked(project, project / "openapi.json", tmp_path, seed, examples=examples)
    record_property("requests", passed(output))


@pytest.mark.parametrize("variant", POSTGRESQL_PAIR)
def test_a_server_keeps_what_its_document_says_to_who_has_no_account(
    installed: Make,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    variant: str,
) -> None:
    project = installed(variant)
    seed = int(request.config.option.hypothesis_seed)
    examples = 100 if NIGHTLY else 10
    output = checked(project, project / "openapi.json", tmp_path, seed, NOBODY, examples=examples)
    record_property("requests", passed(output))


def test_both_servers_have_one_document(installed: Make) -> None:
    for fastapi, flask in PAIRS:
        assert (installed(fastapi) / "openapi.json").read_bytes() == (
            installed(flask) / "openapi.json"
        ).read_bytes()


def test_a_document_that_promises_too_much_would_be_found(installed: Make, tmp_path: Path) -> None:
    project = installed(PAIR[0])
    document = json.loads((project / "openapi.json").read_text("utf-8"))
    document["components"]["schemas"]["ItemIn"]["properties"]["name"]["maxLength"] = 81
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    output = checked(project, tmp_path / "openapi.json", tmp_path, 1, examples=1, code=1)
    assert "Schema-valid request rejected" in output
