"""The databases of served projects: files of SQLite, or schemas of PostgreSQL, as their answers have it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from postgresql import PostgreSQL, installed
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import MetaData, Table

LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
ABSENT = (
    "There is no PostgreSQL to test on. Install it (on Debian: apt install postgresql), or name a server by"
    " TEST_DATABASE_SERVER, such as postgresql+psycopg://USER:PASSWORD@HOST/postgres."
)

Rows = dict[Table, Sequence[Mapping[str, Any]]]


class Store:
    """What a project keeps in a folder; it is there for all who ask for that folder."""

    DEFAULT = "postgresql+psycopg://postgres@127.0.0.1:5432/my_shop"

    def __init__(self, project: Path, folder: Path) -> None:
        answers = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
        if answers.get("database", "sqlite") == "postgresql":
            schema = f"test_{sha256(bytes(folder)).hexdigest()[:16]}"
            self._url = database_of_this_run().update_query_dict({"options": f"-csearch_path={schema}"})
            self.do(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        else:
            self._url = URL.create("sqlite", database=str(folder / "served.db"))
        self.url = self._url.render_as_string(hide_password=False)

    @classmethod
    def at(cls, url: URL) -> "Store":
        """What is kept there, whichever project it is of."""
        store = cls.__new__(cls)
        store._url, store.url = url, url.render_as_string(hide_password=False)
        return store

    def do(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """The rows that a statement answers, if it does."""
        with self._engine.begin() as connection:
            done = connection.execute(text(statement), values)
            return [tuple(row) for row in done] if done.returns_rows else []

    def rows(self) -> Rows:
        """Whatever is in it."""
        tables = MetaData()
        with self._engine.begin() as connection:
            tables.reflect(connection)
            all_ = {table: connection.execute(table.select()) for table in tables.sorted_tables}
            return {table: rows.mappings().all() for table, rows in all_.items()}

    def restore(self, rows: Rows) -> None:
        """Let it have these, and no others."""
        with self._engine.begin() as connection:
            for table in reversed(rows):
                connection.execute(table.delete())
            for table, its in rows.items():
                if its:
                    connection.execute(table.insert(), [dict(row) for row in its])

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep all others from writing."""
        with self._engine.begin() as connection:  # which is enough on SQLite
            if self._url.drivername != "sqlite":
                connection.execute(text("LOCK TABLE items, idempotency_keys IN EXCLUSIVE MODE"))
            yield

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(self._url, poolclass=NullPool)
        if self._url.drivername == "sqlite":

            @event.listens_for(engine, "connect")
            def on_connect(connection: Any, _record: object) -> None:
                connection.isolation_level = None  # it begins when it is told to
                connection.execute("PRAGMA busy_timeout = 5000")

            @event.listens_for(engine, "begin")
            def on_begin(connection: Connection) -> None:
                connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine


@contextmanager
def served() -> Iterator[None]:
    """Have a PostgreSQL: the one that is named, that of this machine, or one that is started for this run."""
    with ExitStack() as stack:
        programs = None if "TEST_DATABASE_SERVER" in os.environ or answers() else installed()
        if programs is not None:
            own = stack.enter_context(PostgreSQL.made(programs))
            os.environ["TEST_DATABASE_SERVER"] = stack.enter_context(own.running())
        yield
        if database_of_this_run.cache_info().currsize:
            _do(f"DROP DATABASE {database_of_this_run().database} WITH (FORCE)")


def answers() -> bool:
    """Whether there is a server."""
    try:
        _do("SELECT 1")
    except OperationalError:
        return False
    return True


@cache
def database_of_this_run() -> URL:
    """A new database, which is dropped at the end. Skips where there is no server."""
    if not answers():
        assert not os.environ.get("CI"), ABSENT
        pytest.skip(ABSENT)
    name = f"test_{os.urandom(8).hex()}"
    _do(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C.UTF-8'")
    return _server().set(database=name)


def _do(statement: str) -> None:
    engine = create_engine(_server(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))


def _server() -> URL:
    return make_url(os.environ.get("TEST_DATABASE_SERVER", LOCAL))
