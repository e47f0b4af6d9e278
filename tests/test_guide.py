"""The guide "Flask or FastAPI?" shows what the projects have, and what they and the frameworks do."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Make, run
from reader import TAB, sections
from reading import table
from variants import PAIR

TEXT = (ROOT / "docs/flask-or-fastapi.md").read_text("utf-8")
SCRIPTS = ROOT / "tests/guide"
EXCERPT = re.compile(r'^```\w+ title="([^"]*)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def said(project: Path, script: str, *args: str, **environment: str) -> Any:
    """What a script prints that runs in the environment of a project."""
    python = project / ".venv/bin/python"
    output = run(python, SCRIPTS / script, *args, cwd=project, PYTHONPATH=".", **environment).stdout
    return json.loads(output.splitlines()[-1])


@pytest.mark.parametrize("framework", PAIR)
def test_the_excerpts_are_in_the_files_that_they_name(rendered: Make, framework: str) -> None:
    text = "".join(sections(TEXT, framework).values())
    excerpts = EXCERPT.findall(text)
    assert text.count("```") == 2 * len(excerpts) > 16
    for name, lines in excerpts:
        assert f"\n{lines}" in (rendered(framework) / name).read_text("utf-8"), (name, lines)


def test_what_is_shown_of_one_is_shown_of_the_other() -> None:
    tabs = [name for name, _ in TAB.findall(TEXT)]
    assert tabs == ["FastAPI", "Flask"] * 8


@pytest.mark.parametrize("framework", PAIR)
def test_each_answers_as_the_table_says(installed: Make, tmp_path: Path, framework: str) -> None:
    project, column = installed(framework), PAIR.index(framework)
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    run(project / ".venv/bin/my-shop", "db", "upgrade", cwd=project, DATABASE_URL=url)
    alone = said(project, "answers.py", f"plain_{framework}")
    ours = said(project, "answers.py", "ours", DATABASE_URL=url)
    assert {title: [alone[title], ours[title]] for title in alone} == {
        title: [cells[column], cells[2]] for title, cells in table(TEXT, "what is sent").items()
    }


def test_as_many_requests_are_worked_on_at_once_as_the_table_says(installed: Make) -> None:
    fastapi, flask = (said(installed(framework), "at_once.py") for framework in PAIR)
    told = table(TEXT, "what a view does")
    assert list(told.values()) == [[str(most), str(flask.get(path, "-"))] for path, most in fastapi.items()]


def test_flask_alone_has_neither_asynchronous_views_nor_websockets(installed: Make) -> None:
    code = """
from flask import Flask
app = Flask("app")
async def view(): return {}
app.add_url_rule("/", view_func=view)
print(hasattr(app, "websocket"), app.test_client().get("/").status_code)
"""
    output = run(installed("flask") / ".venv/bin/python", "-c", code, cwd=SCRIPTS).stdout
    assert "Install Flask with the 'async' extra in order to use async views." in output
    assert "False 500" in output
    code = "from fastapi import FastAPI; print(hasattr(FastAPI, 'websocket'))"
    assert run(installed("fastapi") / ".venv/bin/python", "-c", code, cwd=SCRIPTS).stdout == "True\n"


MISTAKES = {
    "a field of the body, misspelt": {
        "fastapi": ("**body.model_dump())\n", "name=body.nmae)\n"),
        "flask": ("(services.items.create, **body)\n", '(services.items.create, name=body["nmae"])\n'),
    },
    "a method of a service, misspelt": dict.fromkeys(PAIR, ("items.create,", "items.craete,")),
    "an argument of the wrong type for a service": {
        "fastapi": ("(services.items.get, item_id)", "(services.items.get, str(item_id))"),
        "flask": ("services.items.get(item_id)", "services.items.get(str(item_id))"),
    },
}


@pytest.mark.parametrize("framework", PAIR)
def test_mypy_finds_what_the_table_says(installed: Make, tmp_path: Path, framework: str) -> None:
    project, found = installed(framework), {}
    shutil.copytree(project / "src", tmp_path / "src")
    views = tmp_path / "src/my_shop/api/items.py"
    text = views.read_text("utf-8")
    for mistake, made in {"none": dict.fromkeys(PAIR, ("", "")), **MISTAKES}.items():
        old, new = made[framework]
        assert text.count(old) == 1 or mistake == "none"
        views.write_text(text.replace(old, new), "utf-8")
        check = f"{project / '.venv/bin/mypy'} --strict --no-error-summary src || test $? = 1"
        found[mistake] = bool(run("sh", "-c", check, cwd=tmp_path).stdout)
    told = table(TEXT, "mistake")
    words = {"found": True, "not found": False}
    assert found == {
        "none": False,
        **{name: words[cells[PAIR.index(framework)]] for name, cells in told.items()},
    }


def test_a_header_that_a_view_in_flask_does_not_declare_is_missed_in_the_document(
    installed: Make, tmp_path: Path
) -> None:
    project = installed("flask")
    for name in ("openapi.json", "pyproject.toml"):
        shutil.copy(project / name, tmp_path)
    shutil.copytree(project / "src", tmp_path / "src")
    views = tmp_path / "src/my_shop/api/items.py"
    text = views.read_text("utf-8")
    spoilt = text.replace("204, parameters=[IF_MATCH],", "204,")
    assert spoilt != text
    views.write_text(spoilt, "utf-8")
    bin_ = project / ".venv/bin"
    run(bin_ / "mypy", "--strict", "src", cwd=tmp_path)
    run(bin_ / "ruff", "check", "--no-cache", "src", cwd=tmp_path)
    check = [bin_ / "python", "-m", "my_shop", "openapi", "--check"]
    answer = run(*check, cwd=tmp_path, code=1, PYTHONPATH=str(tmp_path / "src")).stdout
    assert "first at /paths/~1api~1v1~1items~1{item_id}/delete/parameters/1." in answer
