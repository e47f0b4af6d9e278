"""Clients that generators make of the document are strictly typed, and cannot tell the variants apart either.

What a client does is in `tests/clients`: programs that call every operation, in two halves. They print what
they know after the first, so that the second may meet another server.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, UV, Make, files, run
from lifecycle import OTHER, committed, switch
from serving import serving
from variants import PAIR, POSTGRESQL_PAIR

CLIENTS = ROOT / "tests/clients"
BIN = Path(sys.executable).parent


class Python:
    """By openapi-python-client."""

    def generate(self, document: Path, folder: Path) -> None:
        paths = ["--path", document, "--output-path", folder / "shop", "--config", CLIENTS / "python.yml"]
        program = BIN / "openapi-python-client"
        run(program, "generate", *paths, "--meta", "none", "--fail-on-warning", cwd=folder)

    def check(self, folder: Path, *programs: str) -> None:
        names = [f"{program}.py" for program in programs]
        for name in names:
            shutil.copy(CLIENTS / name, folder)
        run(BIN / "mypy", "--strict", "--cache-dir", "cache", *names, "shop", cwd=folder)

    def call(self, folder: Path, program: str, *args: str) -> str:
        return run(BIN / "python", f"{program}.py", *args, cwd=folder).stdout


class TypeScript:
    """By openapi-typescript, with openapi-fetch."""

    def __init__(self, npm: Path) -> None:
        self.npm = npm

    def generate(self, document: Path, folder: Path) -> None:
        run(self.npm / "openapi-typescript", document, "--output", folder / "shop.d.ts", cwd=folder)

    def check(self, folder: Path, *programs: str) -> None:
        for name in ("tsconfig.json", *(f"{program}.mts" for program in programs)):
            shutil.copy(CLIENTS / name, folder)
        (folder / "node_modules").symlink_to(self.npm.parent)
        run(self.npm / "tsc", cwd=folder)

    def call(self, folder: Path, program: str, *args: str) -> str:
        return run("node", f"{program}.mjs", *args, cwd=folder).stdout


Language = Python | TypeScript
PYTHON = pytest.param("python", marks=pytest.mark.xdist_group("python"))
TYPESCRIPT = pytest.param("typescript", marks=pytest.mark.xdist_group("npm"))


@pytest.fixture(params=[PYTHON, TYPESCRIPT], scope="module")
def language(request: pytest.FixtureRequest) -> Language:
    return Python() if request.param == "python" else TypeScript(request.getfixturevalue("npm"))


@pytest.fixture(scope="module")
def client(language: Language, installed: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a client that was made of one variant's document, once, and checked."""
    folder = tmp_path_factory.mktemp("client")
    build(language, installed(PAIR[0]), folder, "round_trip")
    return folder


def build(language: Language, project: Path, folder: Path, *programs: str) -> None:
    language.generate(written(project, folder), folder)
    language.check(folder, *programs)


def written(project: Path, folder: Path) -> Path:
    """The project's document, in a file."""
    path = folder / "openapi.json"
    path.write_text(run(project / ".venv/bin/my-shop", "openapi", cwd=project).stdout, "utf-8")
    return path


def operations(document: Path) -> dict[str, str]:
    """How each operation of the document is asked for, as a pattern."""
    paths: dict[str, dict[str, Any]] = json.loads(document.read_text("utf-8"))["paths"]
    return {
        operation["operationId"]: method.upper() + " " + re.sub(r"{\w+}", "[^/]+", path)
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def called(log: Path, document: Path) -> set[str]:
    """The operations that the client called, by the server's log; the client gives its requests this id."""
    lines = map(json.loads, log.read_text("utf-8").splitlines())
    asked = {f"{line['method']} {line['path']}" for line in lines if line.get("request_id") == "round-trip"}
    every = operations(document).items()
    return {name for name, pattern in every if any(re.fullmatch(pattern, each) for each in asked)}


def test_the_documents_of_both_make_the_same_client(
    language: Language, installed: Make, tmp_path: Path
) -> None:
    made = []
    for variant in PAIR:
        document = written(installed(variant), tmp_path)
        folder = tmp_path / variant
        folder.mkdir()
        language.generate(document, folder)
        made.append(files(folder))
    assert made[0]
    assert made[0] == made[1]


@pytest.mark.parametrize("variant", PAIR)
def test_one_client_calls_every_operation_of_either_server(
    language: Language, client: Path, installed: Make, variant: str, tmp_path: Path
) -> None:
    with serving(installed(variant), tmp_path, "serve") as server:
        known = language.call(client, "round_trip", server.url, "begin")
        language.call(client, "round_trip", server.url, "go_on", known)
    document = written(installed(variant), tmp_path)
    assert called(server.log, document) == set(operations(document))


@pytest.mark.parametrize(
    ("language", "framework"),
    [
        pytest.param("python", "flask", marks=pytest.mark.xdist_group("python")),
        pytest.param("typescript", "fastapi", marks=pytest.mark.xdist_group("npm")),
    ],
    indirect=["language"],
)
def test_a_client_goes_on_after_a_switch(
    language: Language, make: Make, framework: str, tmp_path: Path
) -> None:
    """On the same database, with the ids, entity tags and cursors of before, and without being made again."""
    project = make("switched", framework=framework)
    run(UV, "sync", "--quiet", "--python", sys.executable, cwd=project)
    committed(project)
    build(language, project, tmp_path, "round_trip")
    with serving(project, tmp_path, "serve") as server:
        known = language.call(tmp_path, "round_trip", server.url, "begin")
    before = called(server.log, tmp_path / "openapi.json")

    switch(project, OTHER[framework])
    run(UV, "sync", "--quiet", "--python", sys.executable, cwd=project)
    with serving(project, tmp_path, "serve") as server:
        language.call(tmp_path, "round_trip", server.url, "go_on", known)
    after = called(server.log, tmp_path / "openapi.json")
    assert before == {"get_liveness", "get_readiness", "create_item", "list_items"}
    assert after == {"list_items", "get_item", "update_item", "delete_item"}


@pytest.mark.parametrize(
    ("language", "variants"),
    [
        pytest.param("python", POSTGRESQL_PAIR, marks=pytest.mark.xdist_group("python")),
        pytest.param("typescript", POSTGRESQL_PAIR[::-1], marks=pytest.mark.xdist_group("npm")),
    ],
    indirect=["language"],
)
def test_who_has_an_account_goes_on_at_the_other_server(
    language: Language, variants: tuple[str, str], installed: Make, tmp_path: Path
) -> None:
    """On the same database and with the same secret: with the tokens, API key and password of before."""
    first, other = map(installed, variants)
    build(language, first, tmp_path, "round_trip", "accounts")
    with serving(first, tmp_path, "serve") as server:
        known = language.call(tmp_path, "accounts", server.url, "begin")
    before = called(server.log, tmp_path / "openapi.json")
    with serving(other, tmp_path, "serve") as server:
        language.call(tmp_path, "accounts", server.url, "go_on", known)
    after = called(server.log, tmp_path / "openapi.json")
    assert before | after == set(operations(tmp_path / "openapi.json"))
