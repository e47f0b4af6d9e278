"""schemathesis finds nothing, in all its phases and with all its checks.

It asks each server by its own document and by the other's, with up to 100 examples for each operation
in each phase, and 1000 with `NIGHTLY=1`.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Make, run
from serving import serving
from variants import PAIR

EXAMPLES = 1000 if os.environ.get("NIGHTLY") else 100


def checked(project: Path, document: Path, folder: Path, seed: int, *, examples: int, code: int = 0) -> str:
    """What schemathesis prints of the server of a project, by that document."""
    with serving(project, folder, "serve") as server:
        return run(
            project / ".venv/bin/schemathesis",
            *("--config-file", project / "tests/schemathesis.toml", "run", document, "--url", server.url),
            *("--phases=examples,coverage,fuzzing,stateful", "--checks=all", f"--max-examples={examples}"),
            f"--seed={seed}",
            cwd=folder,
            code=code,
            SCHEMATHESIS_HOOKS=str(project / "tests/schemathesis_hooks.py"),
        ).stdout


@pytest.mark.parametrize("described", PAIR)
@pytest.mark.parametrize("served", PAIR)
def test_a_server_keeps_what_a_document_says(
    installed: Make,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    served: str,
    described: str,
) -> None:
    # The documents are equal, so each of the four runs has a seed of its own.
    seed = int(request.config.option.hypothesis_seed) + 2 * PAIR.index(served) + PAIR.index(described)
    document = installed(described) / "openapi.json"
    output = checked(installed(served), document, tmp_path, seed, examples=EXAMPLES)
    tested = re.search(r"Selected: (\d+)/\1\n +Tested: \1\n", output)
    assert tested, output
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"\n  ✅ {phase}\n" in output, output
    cases = re.search(r"(\d+) generated, \1 passed", output)
    assert cases, output
    record_property("requests", int(cases[1]))


def test_a_document_that_promises_too_much_would_be_found(installed: Make, tmp_path: Path) -> None:
    project = installed(PAIR[0])
    document = json.loads((project / "openapi.json").read_text("utf-8"))
    document["components"]["schemas"]["ItemIn"]["properties"]["name"]["maxLength"] = 81
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    output = checked(project, tmp_path / "openapi.json", tmp_path, 1, examples=1, code=1)
    assert "Schema-valid request rejected" in output
