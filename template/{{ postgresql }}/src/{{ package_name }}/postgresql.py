"""PostgreSQL as a server's database: nobody waits for ever, and a server that was restarted is noticed."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import Session

CONNECT_TIMEOUT = 3
"""How long to wait for the server to take a connection, in seconds."""

LOCK_TIMEOUT = 5.0
"""How long a writer, or a migration, waits for another one, in seconds."""

STATEMENT_TIMEOUT = 25.0
"""How long a statement may take, in seconds; less than a request may, so that its thread is free again."""

IDLE_TIMEOUT = 60.0
"""How long a transaction may do nothing, in seconds: its process may be stuck, and others wait for it."""

MIGRATING = 0x7477_6F66_6F6C_64
"""The lock that who migrates has."""


def is_used(engine: Engine) -> bool:
    """Whether the engine is PostgreSQL's. What is below does nothing for another one."""
    return engine.dialect.name == "postgresql"


def configure(engine: Engine) -> None:
    """Limit how long each connection waits, and hand out none that the server has closed."""
    if not is_used(engine):
        return

    @event.listens_for(engine, "do_connect")
    def on_do_connect(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
        limits = {
            "lock_timeout": LOCK_TIMEOUT,
            "statement_timeout": STATEMENT_TIMEOUT,
            "idle_in_transaction_session_timeout": IDLE_TIMEOUT,
        }
        ours = [f"-c {name}={seconds * 1000:.0f}" for name, seconds in limits.items()]
        options["options"] = " ".join([*ours, options.get("options", "")])  # the last one counts: the URL's
        options.setdefault("connect_timeout", CONNECT_TIMEOUT)

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: psycopg.Connection, _record: object, _proxy: object) -> None:
        # A server that ends says so, which is read without asking it. A ping would be a round trip each time.
        try:
            connection.pgconn.consume_input()  # its last words
            connection.pgconn.consume_input()  # and that it has hung up
        except psycopg.OperationalError as error:
            raise DisconnectionError("the server has closed it") from error

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        # Its details are the values of a row, such as a password's hash, which do not belong in a log.
        its, told = context.original_exception, context.sqlalchemy_exception
        if isinstance(its, psycopg.IntegrityError) and told and its.diag.message_detail:
            its.args = (its.diag.message_primary,)
            told.args = (f"({type(its).__module__}.{type(its).__name__}) {its}",)


def reading(engine: Engine) -> Engine:
    """The engine with connections that see the data of one moment, and do not write."""
    if not is_used(engine):
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


class Locking(Session):
    """The session of a unit of work: what it gets by an id is its own until the end.

    So those who change the same row wait for each other, as on SQLite, instead of failing. It keeps
    nobody from referring to the row.
    """

    def get(self, *args: Any, **options: Any) -> Any:
        return super().get(*args, **{"with_for_update": {"key_share": True}, **options})


def create(engine: Engine) -> None:
    """Make the database if it is not there, with text that is sorted and compared as on SQLite."""
    if not is_missing(engine):
        return
    with _maintenance(engine) as connection:
        is_builtin = connection.info.server_version >= 170000  # before, the operating system has it, or not
        locale = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'" if is_builtin else "LOCALE 'C.UTF-8'"
        name = Identifier(engine.url.database or "")
        query = SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' {}")
        connection.execute(query.format(name, SQL(locale)))


def is_missing(engine: Engine) -> bool:
    """Whether the server has no such database."""
    if not is_used(engine):
        return False
    try:
        engine.connect().close()
    except OperationalError as error:
        try:
            with _maintenance(engine) as connection:
                named = "SELECT 1 FROM pg_database WHERE datname = %s"
                found = connection.execute(named, [engine.url.database]).fetchone()
        except psycopg.OperationalError:
            raise error from None
        if found:
            raise
        return True
    return False


def _maintenance(engine: Engine) -> psycopg.Connection:
    """A connection to the database that every server has."""
    _, options = engine.dialect.create_connect_args(engine.url.set(database="postgres"))
    return psycopg.connect(**{"connect_timeout": CONNECT_TIMEOUT, **options}, autocommit=True)


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """Migrate while nobody else does, and as long as it takes; but wait for no lock longer than others do."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        yield
        return
    driver.autocommit = True
    # To wait within a statement would keep the other one from building an index concurrently.
    while driver.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATING]).fetchone() == (False,):
        sleep(0.5)
    driver.execute("SET statement_timeout = 0")
    driver.autocommit = False
    try:
        yield
    finally:
        connection.invalidate()  # and the server forgets both
