"""Servers of a comparison: ours, and the peers; each on one core, with a database of its own."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from databases import Databases
from peers import running
from peers.alike import alike
from peers.contenders import Contender
from wrk import Cores, Served, on


class Ours(Contender):
    """A generated project, in its own environment."""

    def environment(self, project: Path, database_url: str, port: int) -> dict[str, str]:
        return {"DATABASE_URL": database_url, "PORT": str(port)}


SERVE = ("{python}", "-m", "my_shop", "serve")
OURS = {
    "fastapi": Ours("fastapi", "Twofold, FastAPI", "fastapi", how=SERVE),
    "flask": Ours("flask", "Twofold, Flask", "flask", how=SERVE),
}


@contextmanager
def started(
    contender: Contender, databases: Databases, url: str, cores: Cores | None = None
) -> Iterator[Served]:
    """One that serves with that database, until the end."""
    project = databases.project(contender.needs)
    python = project / ".venv/bin/python" if isinstance(contender, Ours) else databases.field.peers
    with served(contender, python, project, url, cores or Cores.pinned()) as server:
        yield server


@contextmanager
def served(contender: Contender, python: Path, project: Path, url: str, cores: Cores) -> Iterator[Served]:
    """The same, wherever it is, once it listens."""
    port, log = free_port(), project.with_name(f"{contender.name}.log")
    with ExitStack() as stack:
        with on(cores.server):
            process = stack.enter_context(running.started(contender, python, project, url, port, log))
        while not _listens(port):
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
        yield Served(f"http://127.0.0.1:{port}", process.pid)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@contextmanager
def all_started(
    contenders: Mapping[str, Contender], databases: Databases, rows: int
) -> Iterator[dict[str, Served]]:
    """All of them at once, when each peer has shown that it does the same as ours with its database."""
    with ExitStack() as stack:
        servers = {}
        for name, contender in contenders.items():
            url = databases.copied(rows, name)
            servers[name] = stack.enter_context(started(contender, databases, url))
            if not isinstance(contender, Ours):
                with started(OURS[contender.needs], databases, url) as ours:
                    alike(ours.url, servers[name].url, url)
        yield servers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
