"""The app that s3rius's `fastapi_template` makes with SQLAlchemy, on its own table, by its own command.

See https://github.com/s3rius/FastAPI-template. `twofold_dummy.py` serves the same table by a project of ours;
on SQLite, give each a file of its own, for ours turns the write-ahead log on, which stays in the file.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx2
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import make_url

from .contenders import Contender
from .running import dependencies, environment

GENERATOR = "fastapi_template==6.1.2"


@dataclass(frozen=True)
class S3rius(Contender):
    """It reads its own settings, whose names begin with its own name."""

    def environment(self, project: Path, database_url: str, port: int) -> dict[str, str]:
        url = make_url(database_url)
        settings = {
            "PORT": port,
            "RELOAD": False,  # its `.env` has it on, for developers
            "DB_FILE": url.database,
            "DB_HOST": url.host,
            "DB_PORT": url.port or 5432,
            "DB_USER": url.username,
            "DB_PASS": url.password or "",
            "DB_BASE": url.database,
        }
        given = {f"S3RIUS_{name}": str(value) for name, value in settings.items()}
        return {**given, "PYTHONPATH": str(project)}


S3RIUS = S3rius("s3rius", "s3rius's FastAPI template", "", how=("{python}", "-m", "s3rius"))
DUMMY = Contender(
    "twofold_dummy", "Twofold, the table of s3rius", "fastapi", how=("{python}", "-m", "peers.twofold_dummy")
)

PAGE = {"s3rius": "/api/dummy/?limit=50&offset=0", "twofold_dummy": "/api/v1/dummies?limit=50"}
CREATE = {"s3rius": ("PUT", "/api/dummy/"), "twofold_dummy": ("POST", "/api/v1/dummies")}
"""With `{"name": ...}`. Theirs answers 200 and null, ours 201 and the dummy."""


def generate(folder: Path, uv: Path, python: Path | str, database: str) -> tuple[Path, Path]:
    """A new project below `folder`, of "sqlite" or "postgresql", and the Python that has what it needs.

    It asks for Python 3.12, but runs on 3.11: both sides are compared on one Python.
    """
    generator = environment(folder / "generator", uv, python, [GENERATOR]).with_name("fastapi_template")
    options = ["--quiet", "--api-type=rest", f"--db={database}", "--orm=sqlalchemy", "--ci=none"]
    options += ["--migrations", "--dummy", "--routers", "--name=s3rius"]
    # What it would install for its developers, hooks for Git among it, is of no use here.
    offline = {"UV_OFFLINE": "1", "UV_NO_CACHE": "1", "PATH": f"{uv.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        [generator, *options], cwd=folder, env={**os.environ, **offline}, check=True, capture_output=True
    )
    project = folder / "s3rius"
    return project, environment(folder / "s3rius-venv", uv, python, dependencies(project))


def migrate(project: Path, python: Path, database_url: str) -> None:
    """A new database, with its schema."""
    drop(database_url)
    url = make_url(database_url)
    if url.drivername != "sqlite":
        maintain(database_url, f"CREATE DATABASE {url.database} TEMPLATE template0 LOCALE 'C.UTF-8'")
    subprocess.run(
        [python, "-m", "alembic", "upgrade", "head"],
        cwd=project,
        env={**os.environ, **S3RIUS.environment(project, database_url, 0)},
        check=True,
        capture_output=True,
    )


def drop(database_url: str) -> None:
    """Let there be no such database."""
    url = make_url(database_url)
    if url.drivername == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{url.database}{suffix}").unlink(missing_ok=True)
    else:
        maintain(database_url, f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")


def maintain(database_url: str, statement: str) -> None:
    """Tell the server of a database, which need not be there, to do something."""
    url = make_url(database_url).set(database="postgres")
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(statement))


def alike(theirs: str, ours: str) -> None:
    """Fails unless both servers, each with its database, make a dummy, and then have the same page of 50."""
    for url, name, status in ((theirs, "s3rius", 200), (ours, "twofold_dummy", 201)):
        method, path = CREATE[name]
        assert httpx2.request(method, url + path, json={"name": "alike"}).status_code == status
    page = httpx2.get(theirs + PAGE["s3rius"]).json()
    assert httpx2.get(ours + PAGE["twofold_dummy"]).json()["items"] == page
