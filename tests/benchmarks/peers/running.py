"""An environment for the peers, and a contender that serves in it."""

import os
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection
from time import sleep

from .contenders import Contender

PINNED = Path(__file__).with_name("requirements.txt").read_text("utf-8").split()


def environment(folder: Path, uv: Path | str, python: Path | str, requirements: Sequence[str]) -> Path:
    """A Python that has these, and nothing else; projects come by their `src`."""
    its = folder / "bin/python"
    subprocess.run([uv, "venv", "--quiet", "--python", python, folder], check=True)
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", its, *requirements], check=True
    )
    return its


def dependencies(*projects: Path) -> list[str]:
    """What these projects declare that they need."""
    declared = [tomllib.loads((project / "pyproject.toml").read_text("utf-8")) for project in projects]
    return [each for its in declared for each in its["project"]["dependencies"]]


@contextmanager
def started(
    contender: Contender, python: Path, project: Path, database_url: str, port: int, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The process of the contender, which does not listen yet; it is stopped at the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            contender.command(python, port),
            cwd=project,
            env={
                **os.environ,
                "PYTHONDONTWRITEBYTECODE": "",  # as when it is installed: compiled once
                **contender.environment(project, database_url, port),
            },
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()  # the tutorial's style locks up with 64 connections, and waits for itself
                process.wait()


@contextmanager
def running(
    contender: Contender, python: Path, project: Path, database_url: str, port: int, log: Path
) -> Iterator[str]:
    """The address of the contender, once it listens; it is stopped at the end."""
    with started(contender, python, project, database_url, port, log) as process:
        while process.poll() is None:
            with suppress(OSError), create_connection(("127.0.0.1", port)):
                break
            sleep(0.1)
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
