"""SQLite as a server's database: write-ahead log, writers that wait, and a Unicode `lower()`."""

import errno
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from .errors import Unavailable

BUSY_TIMEOUT = 5.0
"""How long a writer waits for another one, in seconds."""

WRITE = {"sqlite_begin": "IMMEDIATE"}
"""Execution options of a connection that writes: it waits at the start, instead of failing at the end."""


def is_used(engine: Engine) -> bool:
    """Whether the engine is SQLite's. What is below does nothing for another one."""
    return engine.dialect.name == "sqlite"


def configure(engine: Engine) -> None:
    """Prepare each connection of the engine, and let it begin its transactions by SQLite's own rules.

    Python's driver begins too late by default, see SQLAlchemy's "Pysqlite transactions". And it makes
    a file that is not there: one that is deleted would come back empty, so only `create` makes it.
    """
    if not is_used(engine):
        return
    path = _path(engine)

    @event.listens_for(engine, "do_connect")
    def on_do_connect(_dialect: object, _record: object, args: list[str], options: dict[str, Any]) -> None:
        args[0] = f"{path.as_uri()}?mode=rw"
        options["uri"] = True

    @event.listens_for(engine, "checkout")
    def on_checkout(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["file"] != _identity(path):
            raise DisconnectionError("the file is another one, or gone")

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _identity(path)
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000:.0f}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # SQLite's own lower() knows ASCII only.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        begin = f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}"
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute(begin)  # `exec_driver_sql` would take twenty times as long, for each request
        except sqlite3.Error as error:
            raise OperationalError(begin, None, error) from error


def turns(engine: Engine) -> Callable[[], AbstractContextManager[None]]:
    """How those who write by this engine wait for each other; on another database, they need not.

    Who finds SQLite locked sleeps for up to a tenth of a second and asks again, so that some wait long; a
    lock wakes the next one at once. Waiting longer than `BUSY_TIMEOUT` raises `Unavailable` here too; what
    other processes write is waited for afterwards.
    """
    lock = Lock()

    @contextmanager
    def turn() -> Iterator[None]:
        if not lock.acquire(timeout=BUSY_TIMEOUT):
            raise Unavailable
        try:
            yield
        finally:
            lock.release()

    return turn if is_used(engine) else nullcontext


def create(engine: Engine) -> None:
    """Make the file of the database, if it is not there. Raises `Unavailable`."""
    if is_used(engine):
        try:
            _path(engine).touch()
        except OSError as error:
            raise Unavailable(f"The database cannot be used: {error}") from error


def is_missing(engine: Engine) -> bool:
    """Whether there is no such file."""
    return is_used(engine) and not _path(engine).exists()


def _path(engine: Engine) -> Path:
    return Path(engine.url.database or "").absolute()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        its = path.stat()
    except OSError:
        return None
    return its.st_dev, its.st_ino


def _lower(value: str | None) -> str | None:
    return value and value.lower()


class BrokenReferencesError(Exception):
    """A migration leaves rows that refer to rows that are gone."""


@contextmanager
def foreign_keys_suspended(connection: Connection) -> Iterator[None]:
    """Let a migration copy a table without the rows that refer to it being deleted with the old one.

    Does nothing on another database. See https://www.sqlite.org/lang_altertable.html, section 7.
    Raises `BrokenReferencesError` instead of a commit that would break a reference.
    """
    driver = connection.connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    before = _broken_references(driver)  # by another tool, which did not ask for them to be checked

    def check(_connection: Connection) -> None:
        for table, parent in _broken_references(driver) - before:
            raise BrokenReferencesError(
                f"Rows of {table} would refer to rows of {parent} that are gone. The migration was undone."
                " Let it delete or change those rows first."
            )

    event.listen(connection, "commit", check)
    try:
        yield
    finally:
        event.remove(connection, "commit", check)
        driver.rollback()  # what was refused; within a transaction, the next line would do nothing
        driver.execute("PRAGMA foreign_keys = ON")


def _broken_references(driver: sqlite3.Connection) -> Counter[tuple[str, str]]:
    """Count them by the table that refers, and the one that is referred to."""
    return Counter((row[0], row[2]) for row in driver.execute("PRAGMA foreign_key_check"))


def backup(engine: Engine, file: Path) -> None:
    """Copy the database into a new file, as it is at one moment, while others write.

    Raises `FileExistsError`, or another `OSError` when the file cannot be written.
    """
    if file.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch()
    with engine.connect() as source, closing(sqlite3.connect(unfinished)) as target:
        driver: Any = source.connection.dbapi_connection
        driver.backup(target)
    unfinished.rename(file)
