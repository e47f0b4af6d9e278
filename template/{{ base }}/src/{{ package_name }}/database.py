"""The database: what every table shares, and the unit of work."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    Session,
    declared_attr,
    mapped_column,
    sessionmaker,
)
from sqlalchemy.orm.exc import StaleDataError
from uuid_utils.compat import uuid7

from . import sqlite
from .errors import Conflict, Unavailable

# Named constraints, so that a later migration can name what it drops.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> datetime:
    """This moment in UTC, to the microsecond."""
    return datetime.now(UTC)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is given back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """The base of every table; its subclasses are dataclasses."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment}


class Entity(Base, kw_only=True):
    """A row with an identity of its own.

    Its id sorts by creation (UUIDv7, RFC 9562). `version` counts its changes: the database refuses
    to change a version that is gone, so two writers never both win.
    """

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, init=False, default_factory=uuid7, sort_order=-1)
    created_at: Mapped[datetime] = mapped_column(init=False, default_factory=now, sort_order=1)
    updated_at: Mapped[datetime] = mapped_column(init=False, default_factory=now, onupdate=now, sort_order=1)
    version: Mapped[int] = mapped_column(init=False, default=None, sort_order=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def __post_init__(self) -> None:
        self.updated_at = self.created_at


class Database:
    """A pool of connections, and one more for `ping`. Nothing connects before it is used."""

    def __init__(self, url: str, connections: int = 1) -> None:
        options = {"pool_size": connections + 1, "max_overflow": 0, "pool_timeout": 5}
        # The values of a statement that fails would be in the log: what somebody wrote, or a password's hash.
        self.engine = create_engine(url, hide_parameters=True, **options)
        sqlite.configure(self.engine)
        self._prober = ThreadPoolExecutor(1, "prober")
        self._read = sessionmaker(self.engine, expire_on_commit=False)
        self._write = sessionmaker(self.engine.execution_options(**sqlite.WRITE), expire_on_commit=False)
        self._unit: ContextVar[Session | None] = ContextVar("unit of work", default=None)

    @contextmanager
    def begin(self, conflict: str | None = None) -> Iterator[Session]:
        """The unit of work: commit at the end, roll back on an error.

        One within another takes part in it: on an error, only the inner one is undone, and what it
        did is committed with the outer one. So a service can call others, all or nothing.

        Raises `Conflict` (with the sentence `conflict` when a constraint is broken) or `Unavailable`.
        """
        outer = self._unit.get()
        if outer is not None:
            outer.flush()  # what it breaks is not this one's conflict
            with _failures_told(conflict), outer.begin_nested():
                yield outer
            return
        with _failures_told(conflict), self._write.begin() as session:
            token = self._unit.set(session)
            try:
                yield session
            finally:
                self._unit.reset(token)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look at the data, within a unit of work at its own. Raises `Unavailable`."""
        outer = self._unit.get()
        with _failures_told(), nullcontext(outer) if outer is not None else self._read.begin() as session:
            yield session

    def ping(self, within: float = 1.0) -> None:
        """Ask for a sign of life. Raises `Unavailable` when none comes within so many seconds."""
        asked = self._prober.submit(self._select_one)
        try:
            asked.result(within)
        except TimeoutError as error:
            asked.cancel()
            raise Unavailable from error

    def _select_one(self) -> None:
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close the connections."""
        self._prober.shutdown(wait=False, cancel_futures=True)
        self.engine.dispose()


@contextmanager
def _failures_told(conflict: str | None = None) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict(conflict) from error
    except StaleDataError as error:
        raise Conflict from error
    except PoolTimeoutError as error:
        raise Unavailable from error
    except DBAPIError as error:
        if _is_away(error):
            raise Unavailable from error
        raise


def _is_away(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        # SQLITE_ERROR is a fault in the statement; the rest is locked, full, gone or unreadable.
        return getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR
    return error.connection_invalidated or isinstance(error, OperationalError)
