"""An environment for the peers, and a contender that serves in it."""

import os
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import httpx2

from .contenders import Contender

PINNED = Path(__file__).with_name("requirements.txt")


def environment(folder: Path, uv: Path | str, python: Path | str, *projects: Path) -> Path:
    """A Python with what these generated projects and the peers need; the projects come by their `src`."""
    its = folder / "bin/python"
    needed = [each for project in projects for each in _dependencies(project)]
    subprocess.run([uv, "venv", "--quiet", "--python", python, folder], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", its, "-r", PINNED, *needed], check=True)
    return its


def _dependencies(project: Path) -> list[str]:
    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    return list(declared["project"]["dependencies"])


@contextmanager
def running(
    contender: Contender, python: Path, project: Path, database_url: str, port: int, log: Path
) -> Iterator[str]:
    """The address of the contender, once it answers; it is stopped at the end."""
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            contender.command(python, port),
            cwd=log.parent,
            env={**os.environ, **contender.environment(project, database_url, port)},
            stdout=output,
            stderr=output,
        )
        try:
            for _ in range(200):
                assert process.poll() is None, log.read_text()
                try:
                    httpx2.get(f"{url}/api/v1/items?limit=1")
                    break
                except httpx2.TransportError:
                    sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=40)
