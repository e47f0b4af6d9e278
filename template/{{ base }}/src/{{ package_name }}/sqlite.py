"""SQLite as a server's database: write-ahead log, writers that wait, and a Unicode `lower()`."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event

BUSY_TIMEOUT = 5.0
"""How long a writer waits for another one, in seconds."""

WRITE = {"sqlite_begin": "IMMEDIATE"}
"""Execution options of a connection that writes: it waits at the start, instead of failing at the end."""


def configure(engine: Engine) -> None:
    """Prepare each connection of the engine, and let it begin its transactions by SQLite's own rules.

    Python's driver begins too late by default, see SQLAlchemy's "Pysqlite transactions".
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000:.0f}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # SQLite's own lower() knows ASCII only.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


def _lower(value: str | None) -> str | None:
    return value and value.lower()


@contextmanager
def foreign_keys_suspended(connection: Connection) -> Iterator[None]:
    """Let a migration copy a table without the rows that refer to it being deleted with the old one.

    Does nothing on another database. See https://www.sqlite.org/lang_altertable.html, section 7.
    Raises `IntegrityError` when a reference is broken at the end.
    """
    driver = connection.connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise sqlite3.IntegrityError(
                f"rows of {broken[0][0]} refer to rows of {broken[0][2]} that are gone"
            )
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
