"""Where the benchmarks run: generated projects of the last commit, and the peers' environment, made once."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from peers.running import PINNED, dependencies, environment

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
VERSION = "9999.0.0"

ANSWERS = {
    "fastapi": [],
    "flask": ["framework=flask"],
    "fastapi-postgresql": ["database=postgresql"],
    "flask-postgresql": ["framework=flask", "database=postgresql"],
}


def run(*command: Path | str, cwd: Path, **environ: str) -> str:
    """What the command prints. Raises `CalledProcessError`, with what it said."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environ}
    return subprocess.run(command, cwd=cwd, env=env, check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True)
class Field:
    """A folder with what is measured."""

    folder: Path
    python: str = "3.11"
    seconds: int = 2
    """How long a load lasts."""
    databases: tuple[str, ...] = ("sqlite", "postgresql")

    @cached_property
    def template(self) -> Path:
        """The template as it was committed last, with a version, so that projects of it can be updated."""
        its = self.folder / "template"
        run("git", "clone", "--quiet", ROOT, its, cwd=self.folder)
        run("git", "tag", VERSION, cwd=its)
        return its

    def project(self, name: str) -> Path:
        """A generated project with its environment, by a name of `ANSWERS`."""
        its = self.folder / name
        if not its.exists():
            data = [part for answer in ANSWERS[name] for part in ("--data", answer)]
            run("copier", "copy", "--quiet", "--defaults", *data, self.template, its, cwd=self.folder)
            run("git", "init", "--quiet", cwd=its)
            run("uv", "sync", "--quiet", "--no-dev", "--compile-bytecode", "--python", self.python, cwd=its)
        return its

    @cached_property
    def peers(self) -> Path:
        """The Python of the peers' environment, which has what both frameworks' projects need too."""
        needed = dependencies(*(self.project(name) for name in ANSWERS))
        return environment(self.folder / "peers", BIN / "uv", self.python, [*PINNED, *needed])
