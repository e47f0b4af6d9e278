"""The peers of the benchmarks, and ours, do the same work: else a ratio would say nothing."""

import os
import sys
from pathlib import Path

import httpx2
import pytest
from benchmarks.peers import s3rius
from benchmarks.peers.alike import alike
from benchmarks.peers.contenders import CONTENDERS
from benchmarks.peers.running import PINNED, dependencies, environment, running
from conftest import UV, Make
from postgresql import free_port
from serving import serving
from stores import database_of_this_run

DATABASES = {"sqlite": "", "postgresql": "-postgresql-none"}
ITEMS = 60
AT_NIGHT = pytest.mark.skipif("NIGHTLY" not in os.environ, reason="it takes half a minute")


@pytest.fixture(scope="session")
def python(rendered: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    projects = [rendered(f"{framework}-postgresql-none") for framework in ("fastapi", "flask")]
    folder = tmp_path_factory.mktemp("peers") / "venv"
    return environment(folder, UV, sys.executable, [*PINNED, *dependencies(*projects)])


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=AT_NIGHT)])
@pytest.mark.xdist_group("peers")
def test_every_contender_does_the_same_work(
    database: str, python: Path, rendered: Make, installed: Make, tmp_path: Path
) -> None:
    variants = {framework: framework + DATABASES[database] for framework in ("fastapi", "flask")}
    with serving(installed(variants["fastapi"]), tmp_path, "serve") as ours:
        for number in range(ITEMS):
            body = {"name": f"Item {number}", "price": "1.00", "description": "Größe" if number % 2 else None}
            httpx2.post(f"{ours.url}/api/v1/items", json=body).raise_for_status()
        for name, contender in CONTENDERS.items():
            project, log = rendered(variants[contender.needs]), tmp_path / f"{name}.log"
            with running(contender, python, project, ours.store.url, free_port(), log) as theirs:
                alike(ours.url, theirs, ours.store.url)
        page = httpx2.get(f"{ours.url}/api/v1/items?limit=100").json()
        assert len(page["items"]) == ITEMS


@AT_NIGHT
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.xdist_group("peers")
def test_the_project_of_s3rius_and_ours_have_the_same_dummies(
    database: str, python: Path, rendered: Make, tmp_path: Path
) -> None:
    project, its_python = s3rius.generate(tmp_path, UV, Path(sys.executable), database)
    its_url, our_url = (_url(database, tmp_path, name) for name in ("its", "our"))
    try:
        for url in (its_url, our_url):
            s3rius.migrate(project, its_python, url)
        ours = rendered("fastapi" + DATABASES[database])
        with (
            running(s3rius.S3RIUS, its_python, project, its_url, free_port(), tmp_path / "its.log") as its,
            running(s3rius.DUMMY, python, ours, our_url, free_port(), tmp_path / "our.log") as our,
        ):
            for _ in range(3):
                s3rius.alike(its, our)
    finally:
        s3rius.drop(its_url)
        s3rius.drop(our_url)


def _url(database: str, folder: Path, name: str) -> str:
    if database == "sqlite":
        return f"sqlite:///{folder / name}.db"
    server = database_of_this_run()
    return server.set(database=f"{server.database}_{name}").render_as_string(hide_password=False)
