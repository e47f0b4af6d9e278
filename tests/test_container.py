"""The image and the compose file keep what they promise, as far as that shows without an engine.

There is none here. A linter and a schema read them, and `building.py` runs the Dockerfile's steps in a
folder.
"""

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import people
import pytest
import yaml
from building import Image, build
from conftest import UV, Make, run
from dockerfile_parse import DockerfileParser
from postgresql import free_port
from reading import blocks, section
from stores import Store
from variants import VARIANTS

BIN = Path(sys.executable).parent
BOXED = [variant for variant, answers in VARIANTS.items() if answers.get("docker") == "yes"]
BUILT = ["flask-odd", "fastapi-postgresql"]

Json = dict[str, Any]


def has(variant: str, answer: str) -> bool:
    return answer in VARIANTS[variant].values()


def stages(project: Path) -> list[list[tuple[str, str]]]:
    """The steps of each stage of the Dockerfile."""
    found: list[list[tuple[str, str]]] = []
    for step in DockerfileParser(str(project)).structure:
        if step["instruction"] == "FROM":
            found.append([])
        if step["instruction"] != "COMMENT":
            found[-1].append((step["instruction"], step["value"]))
    return found


def compose(project: Path) -> Json:
    its: Json = yaml.safe_load((project / "compose.yaml").read_text("utf-8"))
    return its


@pytest.mark.parametrize("variant", BOXED)
def test_a_linter_has_nothing_to_say(rendered: Make, variant: str) -> None:
    run(BIN / "hadolint", "Dockerfile", cwd=rendered(variant))


def test_it_would_say_it(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN apt-get install curl\n")
    with pytest.raises(AssertionError, match="DL3006"):
        run(BIN / "hadolint", "Dockerfile", cwd=tmp_path)


@pytest.mark.parametrize("variant", BOXED)
def test_the_last_stage_has_no_tools_and_no_root(rendered: Make, variant: str) -> None:
    builder, last = stages(rendered(variant))
    assert {name for name, _ in builder} == {"FROM", "COPY", "ENV", "WORKDIR", "RUN"}
    image = builder[0][1].removesuffix(" AS builder")
    assert last[0] == ("FROM", image)
    assert re.fullmatch(r"python:3\.14-slim-\w+", image)
    data = ["install --directory --owner=10001 --group=10001 /data"]
    assert [value for name, value in last if name == "RUN"] == ([] if has(variant, "postgresql") else data)
    assert [value for name, value in last if name == "COPY"] == [
        "--from=builder /app/.venv .venv",
        "pyproject.toml ./",
        "migrations/ migrations/",
    ]
    once = {name: value for name, value in last if name in {"USER", "STOPSIGNAL", "CMD", "EXPOSE"}}
    command = DockerfileParser(str(rendered(variant))).cmd
    assert once == {"USER": "10001:10001", "STOPSIGNAL": "SIGTERM", "CMD": command, "EXPOSE": "8000"}
    assert re.fullmatch(r'\["[a-z0-9-]+", "serve"\]', command)


@pytest.mark.parametrize("variant", BOXED)
def test_its_labels_say_whose_it_is(rendered: Make, variant: str) -> None:
    project = rendered(variant)
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    (value,) = (value for name, value in stages(project)[1] if name == "LABEL")
    labels = re.findall(r'org\.opencontainers\.image\.(\w+)="((?:[^"\\$]|\\["\\$])*)"', value)
    wanted = {
        "title": answers["project_name"],
        "description": answers["description"],
        "authors": answers["author_name"],
        "licenses": answers["licence"],
    }
    if answers["licence"] == "none":
        del wanted["licenses"]
    assert {name: re.sub(r"\\(.)", r"\1", quoted) for name, quoted in labels} == wanted


@pytest.mark.parametrize("variant", BOXED)
def test_the_compose_file_is_of_its_schema(rendered: Make, variant: str) -> None:
    schema = "--builtin-schema=vendor.compose-spec"
    run(BIN / "check-jsonschema", schema, "compose.yaml", cwd=rendered(variant))


@pytest.mark.parametrize("variant", BOXED)
def test_what_compose_runs_can_write_nothing_but_the_data(rendered: Make, variant: str) -> None:
    services = compose(rendered(variant))["services"]
    with_a_server = has(variant, "postgresql")
    assert set(services) == ({"api", "migrate", "db"} if with_a_server else {"api", "migrate"})
    for name in ("api", "migrate"):
        its = services[name]
        assert its["read_only"] is True
        assert its["tmpfs"] == ["/tmp"]  # noqa: S108 (of a container)
        assert its["cap_drop"] == ["ALL"]
        assert its["security_opt"] == ["no-new-privileges:true"]
        assert its.get("volumes") == (None if with_a_server else ["data:/data"])
    ports = [port for its in services.values() for port in its.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]


@pytest.mark.parametrize("variant", BOXED)
def test_one_image_is_built_and_migrates_before_it_serves(rendered: Make, variant: str) -> None:
    services = compose(rendered(variant))["services"]
    api, migrate = services["api"], services["migrate"]
    assert [name for name, its in services.items() if "build" in its] == ["api"]
    assert api["image"] == migrate["image"]
    assert migrate["pull_policy"] == "never"
    assert migrate["command"][1:] == ["db", "upgrade"]
    assert migrate["restart"] == "no"
    assert api["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    if has(variant, "postgresql"):
        assert migrate["depends_on"] == {"db": {"condition": "service_healthy"}}
        assert urlsplit(api["environment"]["DATABASE_URL"]).hostname == "db"
    else:
        ((_, in_the_image),) = (step for step in stages(rendered(variant))[1] if "DATABASE_URL" in step[1])
        assert in_the_image == f"DATABASE_URL={api['environment']['DATABASE_URL']}"


@pytest.mark.parametrize("variant", BOXED)
def test_it_has_longer_to_stop_than_its_requests(rendered: Make, variant: str) -> None:
    (server,) = rendered(variant).glob("src/*/api/server.py")
    seconds = re.search(r'"timeout_graceful_shutdown": (\d+)', server.read_text("utf-8"))
    grace = compose(rendered(variant))["services"]["api"]["stop_grace_period"]
    assert seconds
    assert int(grace.removesuffix("s")) >= int(seconds[1]) + 10


@pytest.mark.parametrize("variant", BOXED)
def test_no_secret_has_a_default(rendered: Make, variant: str) -> None:
    """What is in `.env` is a setting, for the API reads that file too and refuses what is not."""
    project = rendered(variant)
    text = (project / "compose.yaml").read_text("utf-8")
    assert re.findall(r"\$\{(\w+)(..)", text) == ([("TOKEN_SECRET", ":?")] if has(variant, "jwt") else [])
    if has(variant, "jwt"):
        assert "\nTOKEN_SECRET=\n" in (project / ".env.example").read_text("utf-8")
    files = compose(project)["services"]["api"]["env_file"]
    required = [{"path": "db.env"}] if has(variant, "postgresql") else []
    assert files == [{"path": ".env", "required": False}, *required]
    if required:
        assert compose(project)["services"]["db"]["env_file"] == "db.env"
    assert "*.env" in (project / ".gitignore").read_text("utf-8").splitlines()


@pytest.mark.parametrize("variant", BUILT)
def test_the_readme_makes_the_secrets(rendered: Make, tmp_path: Path, variant: str) -> None:
    """As often as it is asked to; and the compose file says the same line when there is none."""
    project = rendered(variant)
    (session,) = blocks(
        section((project / "README.md").read_text("utf-8"), "Run it in a container"), "console"
    )
    makes = [line.removeprefix("$ ") for line in session.splitlines() if ".env" in line]
    for _ in range(2):
        run("bash", "-e", "-c", "\n".join(makes) or "true", cwd=tmp_path)
    made = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    if has(variant, "jwt"):
        assert re.fullmatch(r"TOKEN_SECRET=[\w-]{43}\n", made.pop(".env"))
        told = compose(project)["services"]["api"]["environment"]["TOKEN_SECRET"]
        assert (
            told.removeprefix("${TOKEN_SECRET:?Make one: ").removesuffix("}") == makes[0].partition(" || ")[2]
        )
    if has(variant, "postgresql"):
        assert re.fullmatch(r"POSTGRES_PASSWORD=([\w-]{43})\nPGPASSWORD=\1\n", made.pop("db.env"))
    assert made == {}


@contextmanager
def read_only(image: Image) -> Iterator[None]:
    """Nobody can write below the root but to the temporary folder and to the data, which the user has."""
    data = image.root / "data"
    if data.exists() and not os.geteuid():
        uid, gid = map(int, image.user.split(":"))
        assert (data.stat().st_uid, data.stat().st_gid) == (uid, gid)
    modes = {
        path: path.stat().st_mode
        for path in (image.root, *image.root.rglob("*"))
        if not path.is_symlink() and path not in (data, image.root / "tmp")
    }
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def context(project: Path, folder: Path) -> Path:
    """The project as its developer has it: locked, with a history, an environment, secrets and a database."""
    shutil.copytree(project, folder)
    run(UV, "lock", "--quiet", "--python", sys.executable, cwd=folder)
    (package,) = (folder / "src").iterdir()
    for name in (".git/config", ".venv/pyvenv.cfg", ".env", "db.env", "app.db", package / ".env"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("Nobody's business.\n")
    return folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that every user may look into, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def wait_for(url: str, log: Path) -> None:
    for _ in range(200):
        try:
            httpx2.get(url)
            return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.mark.parametrize("variant", BUILT)
def test_its_steps_give_an_api_that_runs_read_only(rendered: Make, folder: Path, variant: str) -> None:
    project = context(rendered(variant), folder / "project")
    image = build(project, folder)
    assert {path.name for path in image.folder.iterdir()} == {".venv", "migrations", "pyproject.toml"}
    assert not shutil.which("uv", path=image.environment["PATH"])
    assert not [path for path in image.root.rglob("*.env") if path.is_file()]
    command, log, port = image.command[0], folder / "log", free_port()
    before = set(image.root.rglob("*"))
    settings = {"PORT": str(port), **people.SETTINGS}
    if has(variant, "postgresql"):  # else it is the image's own
        settings["DATABASE_URL"] = Store(project, folder).url
    with read_only(image):
        write = f"open({str(image.folder / 'x')!r}, 'w')"
        assert image.start("python", "-c", write, log=folder / "refused").wait() == 1
        assert "Permission denied" in (folder / "refused").read_text()
        assert image.start(*image.healthcheck, log=log, **settings).wait() == 1
        log.write_bytes(b"")

        assert image.start(command, "db", "upgrade", log=log, **settings).wait() == 0, log.read_text()
        server = image.start(*image.command, log=log, **settings)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, log)
            assert image.start(*image.healthcheck, log=log, **settings).wait() == 0, log.read_text()
            answer = httpx2.get(f"{url}/api/v1/items", headers=people.signed_in(project, url))
            assert (answer.status_code, answer.json()) == (200, {"items": [], "next_cursor": None})
        finally:
            server.terminate()
        assert server.wait(timeout=40) == 0, log.read_text()
    written = {path.relative_to(image.root).as_posix() for path in set(image.root.rglob("*")) - before}
    assert written == (set() if has(variant, "postgresql") else {"data/app.db"})


def test_a_project_that_is_not_locked_is_not_built(rendered: Make, folder: Path) -> None:
    with pytest.raises(AssertionError, match=r"^uv\.lock is not there"):
        build(rendered(BUILT[0]), folder)
