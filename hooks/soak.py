"""Whether memory stays flat under junk: `.venv/bin/python hooks/soak.py` on Linux, for some minutes."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import click
from junk import KINDS, Junk

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

FRAMEWORKS = ["fastapi", "flask"]
CONNECTIONS = 16


class Client:
    """A connection, opened anew whenever it was closed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.writer: asyncio.StreamWriter | None = None

    async def send(self, junk: Junk) -> str:
        """The status of the answer, or why there is none."""
        try:
            async with asyncio.timeout(30):
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                self.writer.write(junk.content)
                if not junk.listens:
                    await self.writer.drain()
                    self.close()
                    return "left"
                status, stays = await self._answer(junk.content)
        except (asyncio.IncompleteReadError, ConnectionResetError, BrokenPipeError):
            self.close()
            return "closed"
        except TimeoutError:
            self.close()
            return "silence"
        if not (junk.stays and stays):
            self.close()
        return status

    async def _answer(self, content: bytes) -> tuple[str, bool]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = head.split()[1]
        length = re.search(r"\r\ncontent-length: *(\d+)", head)
        if length and not content.startswith(b"HEAD ") and status not in {"204", "304"}:
            await self.reader.readexactly(int(length[1]))
        return status, "\r\nconnection: close" not in head

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None


async def soak(pid: int, port: int, count: int) -> tuple[Counter[str], dict[int, int]]:
    """The answers by status, and the memory after each tenth of that many requests."""
    random = Random(0)  # noqa: S311 - the same junk each time
    answers, memory = Counter[str](), {}
    numbers = iter(range(1, count + 1))

    async def client() -> None:
        its = Client(port)
        for number in numbers:
            answers[await its.send(random.choice(KINDS)(random))] += 1
            if number % (count // 10) == 0:
                memory[number] = resident(pid)
        its.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return answers, memory


def resident(pid: int) -> int:
    """The bytes of memory that a process and those that it started hold."""
    process = Path(f"/proc/{pid}")
    kilobytes = re.search(r"VmRSS:\s*(\d+)", (process / "status").read_text())
    children = [int(each) for file in process.glob("task/*/children") for each in file.read_text().split()]
    return (int(kilobytes[1]) * 1024 if kilobytes else 0) + sum(map(resident, children))


def installed(framework: str, folder: Path) -> Path:
    """A project made of the last commit, with what it needs."""
    project = folder / framework
    copy = [
        BIN / "copier",
        "copy",
        "--quiet",
        "--defaults",
        "--vcs-ref=HEAD",
        f"--data=framework={framework}",
    ]
    subprocess.run([*copy, ROOT, project], check=True)
    sync = [BIN / "uv", "sync", "--quiet", "--no-dev", "--python", sys.executable]
    subprocess.run(sync, cwd=project, check=True)
    return project


@contextmanager
def serving(project: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """The process id and the port of a project's server, with its default settings and a new database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = project / ".venv/bin/my-shop"
    settings = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'soak.db'}", "PORT": str(port)}
    subprocess.run([program, "db", "upgrade"], cwd=project, env=settings, check=True, capture_output=True)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, "serve"], cwd=project, env=settings, stdout=log, stderr=log)
    try:
        wait_for(server, port)
        yield server.pid, port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise click.ClickException("The server does not start.")


def report(name: str, count: int, limit: float, project: Path, folder: Path) -> bool:
    """Soak one server, print what came of it, and tell whether it kept dry."""
    began = time.monotonic()
    with serving(project, folder) as (pid, port):
        answers, memory = asyncio.run(soak(pid, port, count))
    click.echo(f"{name}: {count:,} requests in {time.monotonic() - began:.0f} s")
    click.echo("Answers: " + ", ".join(f"{status} {answers[status]:,}" for status in sorted(answers)))
    first, *_, last = memory.values()
    for number, size in memory.items():
        click.echo(f"{number:>10,} {size / 2**20:>8.1f} MiB {size / first:>6.2f}")
    is_flat = last <= first * limit
    told = "is flat" if is_flat else f"grew to more than {limit} times"
    click.echo(f"Memory {told}: {last / first:.2f} times what it was after the first tenth.")
    if answers["500"]:
        click.echo("An answer of 500 is a fault of the server.")
    return is_flat and not answers["500"]


@click.command()
@click.option("--requests", "count", default=100_000, show_default=True, type=click.IntRange(10))
@click.option("--framework", default="both", show_default=True, type=click.Choice([*FRAMEWORKS, "both"]))
@click.option("--project", type=click.Path(path_type=Path, exists=True), help="One that is installed.")
@click.option("--limit", default=1.1, show_default=True, help="How many times the memory may become.")
def main(count: int, framework: str, project: Path | None, limit: float) -> None:
    """Send junk to the real server, and fail if its memory grows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if project:
            projects = {project.name: project.resolve()}
        else:
            names = FRAMEWORKS if framework == "both" else [framework]
            projects = {each: installed(each, folder) for each in names}
        results = []
        for each, its in projects.items():
            own = folder / f"soak-{each}"
            own.mkdir()
            results.append(report(each, count, limit, its, own))
    if not all(results):
        sys.exit(1)


if __name__ == "__main__":
    main()
