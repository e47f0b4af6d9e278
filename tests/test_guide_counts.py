"""The guide "Flask or FastAPI?" counts right."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, UV, Make, run
from reading import table
from test_guide import SCRIPTS, TEXT
from test_layers import EDGE
from variants import PAIR

PROSE = " ".join(TEXT.split())
API = sorted(EDGE - {"tests/client.py"})


def lines(*paths: Path) -> list[str]:
    return [line for path in paths for line in path.read_text("utf-8").splitlines()]


def test_lines_are_counted(rendered: Make) -> None:
    projects = [rendered(framework) for framework in PAIR]
    counts = {f"`{Path(name).name}`": [len(lines(its / name)) for its in projects] for name in API}
    edge = [sum(each) for each in zip(*counts.values(), strict=True)]
    every = [len(lines(*(its / "src").rglob("*.py"))) for its in projects]
    rest = [all_ - its for all_, its in zip(every, edge, strict=True)]
    told = {name: [int(cell) for cell in cells[:2]] for name, cells in table(TEXT, "file").items()}
    assert told.pop("the rest of `src`") == pytest.approx(rest, rel=0.02)  # it changes often
    assert told == counts | {"all of them": edge}

    fastapi, flask = edge
    to_serve = counts["`asgi.py`"][1] - counts["`asgi.py`"][0]
    assert f"{flask - fastapi} lines more, {to_serve} of them to serve it." in PROSE
    assert f"| {flask - fastapi} lines less; and you can change your mind |" in PROSE
    assert f"the {fastapi} or {flask} lines above" in PROSE
    assert f"its magic is {counts['`routing.py`'][1]} lines of `routing.py`" in PROSE
    assert "`dependencies.py` has {} lines in FastAPI and {} in".format(*counts["`dependencies.py`"]) in PROSE
    document = "`openapi.py` has {} lines in FastAPI, which make its document plainer, and {} in Flask"
    assert document.format(*counts["`openapi.py`"]) in PROSE


def test_the_lines_of_a_new_resource_are_counted() -> None:
    counts = []
    for framework in PAIR:
        diff = (ROOT / f"hooks/diffs/resource.{framework}.diff").read_text("utf-8")
        its = diff.partition("api/makers.py\n@@")[2].partition("\n--- ")[0]
        counts.append(len(re.findall(r"^\+", its, re.MULTILINE)))
    assert "has {} lines in `api/` with FastAPI, and {} with Flask".format(*counts) in PROSE


def test_what_has_no_type_is_counted(rendered: Make) -> None:
    sources = [lines(*(rendered(framework) / name for name in API)) for framework in PAIR]
    untyped = [
        sum(bool(re.search(r"\bAny\b", line)) and "import" not in line for line in its) for its in sources
    ]
    ignored = [sum("type: ignore" in line for line in its) for its in sources]
    assert "`Any` is on {} lines with FastAPI, and on {} with Flask;".format(*untyped) in PROSE
    assert ignored == [0, 2]
    assert "`type: ignore` on none and on 2." in PROSE


def test_dependencies_are_counted(rendered: Make, installed: Make) -> None:
    needed = []
    for framework in PAIR:
        project = tomllib.loads((rendered(framework) / "pyproject.toml").read_text("utf-8"))["project"]
        needed.append({re.split(r"[\[><=]", each)[0] for each in project["dependencies"]})
    fastapi, flask = needed
    assert fastapi - flask == {"fastapi", "pydantic", "typing-extensions"}
    assert flask - fastapi == {"flask", "marshmallow", "apispec"}
    assert f"Of {len(flask)} dependencies, {len(fastapi & flask)} are the same." in PROSE
    export = [UV, "export", "--quiet", "--no-dev", "--no-hashes", "--no-header", "--no-annotate"]
    packages = [
        len(run(*export, "--no-emit-project", cwd=installed(framework)).stdout.splitlines())
        for framework in PAIR
    ]
    told = re.search(r"has (\d+) packages with FastAPI and (\d+) with Flask", PROSE)
    assert told
    assert packages == pytest.approx([int(count) for count in told.groups()], abs=3)  # libraries come and go


def test_the_documents_are_what_the_page_says(rendered: Make, installed: Make) -> None:
    documents = [(rendered(framework) / "openapi.json").read_bytes() for framework in PAIR]
    assert documents[0] == documents[1]
    statuses = json.loads(documents[0])["paths"]["/api/v1/items"]["post"]["responses"]
    assert len(statuses) == 11
    assert "may be answered by eleven statuses: FastAPI alone declares two" in PROSE
    code = (
        "import plain_fastapi as it, json; print(json.dumps([it.app.openapi(), it.client.get('/docs').text]))"
    )
    python = installed("fastapi") / ".venv/bin/python"
    document, page = json.loads(run(python, "-c", code, cwd=SCRIPTS, PYTHONDONTWRITEBYTECODE="1").stdout)
    assert [*document["paths"]["/api/v1/items"]["post"]["responses"]] == ["201", "422"]
    assert re.search(r'<script src="https://', page)
