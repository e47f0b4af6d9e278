"""What the READMEs say is what happens: each command is run, each diff applied, each answer compared."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx2
import pytest
from conftest import ROOT, Make, git, run
from lifecycle import add_field_and_resource, committed, passes, uv_run
from postgresql import free_port
from reading import blocks, plain, section, steps
from serving import serving
from variants import PAIR, PAIRED


def readme(folder: Path) -> str:
    return (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("variant", PAIRED)
def test_the_curl_session_answers_what_is_shown(variant: str, installed: Make, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        assert not os.environ.get("CI"), "there is no curl in CI"
        pytest.skip("no curl on the path: install one, as by `apt install curl`")
    project = installed(variant)
    session = blocks(section(readme(project), "Use it"), "console")[0]
    shown_steps = steps(session)
    assert len(shown_steps) == (4 if variant in PAIR else 6)
    variables: dict[str, str] = {}
    database = f"sqlite:///{tmp_path}/served.db"
    with serving(project, tmp_path, "serve") as server:
        if variant in PAIR:  # else a user's items are among others' anyway
            run(project / ".venv/bin/my-shop", "db", "seed", cwd=project, DATABASE_URL=database)
        for command, shown in shown_steps:
            here = command.replace("http://127.0.0.1:8000", server.url).replace("curl ", "curl --silent ")
            name = re.match(r"([A-Z]+)=", here)
            script = f"{here}; echo ${name[1]}" if name else here
            answer = run("bash", "-c", script, cwd=tmp_path, **variables).stdout
            if name:
                variables[name[1]] = answer.strip()
            elif "-i " in command:
                head, _, body = answer.replace("\r", "").partition("\n\n")
                *shown_head, shown_body = plain(shown).splitlines()
                for line in filter(None, set(shown_head) - {"..."}):
                    assert line.lower() in plain(head).lower()
                assert plain(body) == shown_body
            else:
                assert plain(answer) == plain(shown)


@pytest.mark.parametrize("framework", PAIR)
def test_a_field_and_a_resource_are_added_as_the_diffs_say(make: Make, framework: str) -> None:
    project = committed(make("grown", framework=framework))
    add_field_and_resource(project)
    for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
        uv_run(project, *command)
    if framework == "fastapi":
        uv_run(project, "pytest", "-q")  # and with what was added, the coverage is still high
    else:
        passes(project, framework)


def test_the_first_line_makes_an_api_and_serves_it(template: Path, tmp_path: Path) -> None:
    clone = tmp_path / "twofold"
    git(tmp_path, "clone", "-q", str(template), str(clone))
    line = blocks(section(readme(ROOT), "Start an API"), "sh")[0]
    port = str(free_port())
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", line],
            cwd=clone,
            env={**os.environ, "PORT": port},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            for _ in range(600):
                assert process.poll() is None, (tmp_path / "log").read_text()
                try:
                    answer = httpx2.get(f"http://127.0.0.1:{port}/api/v1/items")
                    break
                except httpx2.TransportError:
                    time.sleep(0.2)
            assert answer.json() == {"items": [], "next_cursor": None}
            shown = blocks(section(readme(ROOT), "Start an API"), "text")[0]
            assert shown.replace(":8000", f":{port}") in (tmp_path / "log").read_text()
            assert (tmp_path / "my-shop/pyproject.toml").exists()
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)


def test_the_second_line_is_what_ci_runs() -> None:
    line = blocks(section(readme(ROOT), "Test the template"), "sh")[0].strip()
    assert line in (ROOT / ".ci/run").read_text("utf-8").splitlines()
