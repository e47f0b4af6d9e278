"""The databases of the tests: each test has its own, and none is a configured one."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol


class Databases(Protocol):
    """Where databases for tests come from."""

    gone: str  # the URL of one that cannot be reached
    timeout: str  # the name of what says how long a writer waits for another one

    def new(self) -> str:
        """The URL of one that is not migrated yet, and on SQLite not there."""

    def empty(self) -> str:
        """The URL of one without tables."""

    def prepared(self) -> AbstractContextManager[str]:
        """The URL of one with the newest schema, and what every test begins with."""

    def locked(self, url: str) -> AbstractContextManager[None]:
        """Let a writer have one to itself."""


class SQLite(Databases):
    """Files of a folder. `prepare` makes the one at a URL what a test begins with."""

    gone = "sqlite:////nowhere/app.db"
    timeout = "sqlite.BUSY_TIMEOUT"

    def __init__(self, folder: Path, prepare: Callable[[str], None]) -> None:
        self._paths = (folder / f"{n}.db" for n in count())
        self._prepare = prepare
        self._prepared: Path | None = None

    def new(self) -> str:
        return f"sqlite:///{next(self._paths)}"

    def empty(self) -> str:
        path = next(self._paths)
        path.touch()
        return f"sqlite:///{path}"

    @contextmanager
    def prepared(self) -> Iterator[str]:
        if self._prepared is None:
            url = self.new()
            self._prepare(url)
            self._prepared = self.path(url)
        yield f"sqlite:///{shutil.copy(self._prepared, next(self._paths))}"

    @contextmanager
    def locked(self, url: str) -> Iterator[None]:
        with closing(sqlite3.connect(self.path(url), isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            yield

    @staticmethod
    def path(url: str) -> Path:
        """The file."""
        return Path(url.removeprefix("sqlite:///"))
