"""A generated project's server, started by its own command."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx2
import people
from conftest import run
from postgresql import free_port
from stores import Store


@dataclass
class Server:
    """A process that serves, and what it prints."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path
    project: Path
    store: Store

    @cached_property
    def headers(self) -> dict[str, str]:
        """What a client sends with each request: who it is, where there are accounts."""
        return people.signed_in(self.project, self.url)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


@contextmanager
def serving(project: Path, folder: Path, *command: str, **settings: str) -> Iterator[Server]:
    """`my-shop serve`, or another command, on a port of its own, with the database of `folder`."""
    store = Store(project, folder)
    settings = {"DATABASE_URL": store.url, **people.SETTINGS, **settings}
    if command[:1] == ("serve",):
        run(project / ".venv/bin/my-shop", "db", "upgrade", cwd=project, **settings)
    with started(store, project, folder / "log", *command, **settings) as server:
        yield server


@contextmanager
def started(
    store: Store, project: Path, log: Path, *command: str, port: int | None = None, **settings: str
) -> Iterator[Server]:
    """The same, with a database that is migrated: for one process of several."""
    port = port or free_port()
    settings = {"DATABASE_URL": store.url, **people.SETTINGS, **settings, "PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [project / ".venv/bin/my-shop", *command],
            cwd=project,
            env={**os.environ, **settings},
            stdout=output,
            stderr=output,
        )
        server = Server(process, f"http://127.0.0.1:{port}", log, project, store)
        try:
            wait_for(server)
            yield server
        finally:
            if process.poll() is None:
                server.stop()


def wait_for(server: Server) -> None:
    """Wait until the server answers."""
    for _ in range(200):
        assert server.process.poll() is None, server.log.read_text()
        try:
            httpx2.get(f"{server.url}/health/live")
            return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(server.log.read_text())
