"""Contenders with all that it takes to start them, each on a database of its own."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import sleep

from field import BIN, Field, run
from peers import s3rius
from peers.contenders import CONTENDERS, Contender
from peers.running import started
from servers import OURS, free_port

ITEMS = "/api/v1/items"


@dataclass(frozen=True)
class Place:
    """A contender that can be started, with its database in a file, once there is one."""

    contender: Contender
    python: Path
    project: Path
    database: Path
    path: str = f"{ITEMS}?limit=1"
    """What is asked for to see whether it answers: a page, so that the database has its part."""

    @contextmanager
    def serving(self) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
        """Its process and its port, once it has answered."""
        port, log = free_port(), self.database.with_suffix(".log")
        with started(self.contender, self.python, self.project, self.url, port, log) as process:
            while not _answers(port, self.path):
                assert process.poll() is None, log.read_text("utf-8")
                sleep(0.01)
            yield process, port

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    def empty(self) -> None:
        """Give it a new database, with its schema."""
        if self.contender is s3rius.S3RIUS:
            s3rius.migrate(self.project, self.python, self.url)
            return
        s3rius.drop(self.url)
        with sqlite3.connect(self.database):
            pass
        environ = {"DATABASE_URL": self.url}
        run(self.project / ".venv/bin/my-shop", "db", "upgrade", cwd=self.project, **environ)


def place(field: Field, name: str) -> Place:
    """Where this contender is: one of ours, a peer, or the app of s3rius."""
    if name == "s3rius":
        folder = field.folder / name
        folder.mkdir(exist_ok=True)
        project, python = s3rius.generate(folder, BIN / "uv", Path(field.python), "sqlite")
        return Place(s3rius.S3RIUS, python, project, folder / "measured.db", s3rius.PAGE[name])
    contender = OURS.get(name) or CONTENDERS[name]
    project = field.project(contender.needs)
    python = project / ".venv/bin/python" if name in OURS else field.peers
    return Place(contender, python, project, field.folder / f"{name}.db")


def _answers(port: int, path: str) -> bool:
    with suppress(OSError, HTTPException):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        finally:
            connection.close()
    return False
