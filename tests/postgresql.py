"""A PostgreSQL for the tests, by the programs that are installed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


def installed() -> Path | None:
    """Where the programs are, if they are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))  # where Debian has it
    initdb = shutil.which("initdb") or (found and found[-1])
    return Path(initdb).parent if initdb else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class PostgreSQL:
    """A server, in a folder of its own."""

    programs: Path
    folder: Path
    port: int = field(default_factory=free_port)

    @classmethod
    @contextmanager
    def made(cls, programs: Path) -> Iterator[Self]:
        """One that is not started yet; not below the folder of the tests, which is closed to other users."""
        with tempfile.TemporaryDirectory() as folder:
            server = cls(programs, Path(folder))
            if os.geteuid() == 0:
                shutil.chown(folder, "postgres", "postgres")
            server._do("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")
            yield server

    @contextmanager
    def running(self) -> Iterator[str]:
        """The URL of it, started."""
        self.control("start")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        finally:
            self.control("stop", "--mode=immediate")

    def control(self, *arguments: str) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._do("pg_ctl", f"--log={self.folder / 'log'}", f"--options={options}", "--wait", *arguments)

    def _do(self, program: str, *arguments: str) -> None:
        # They do not run for root.
        user = [] if os.geteuid() else ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        command = [*user, self.programs / program, f"--pgdata={self.folder / 'data'}", *arguments]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL)
