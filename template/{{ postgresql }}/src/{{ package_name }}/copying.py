"""All rows of one database into another one, as when an app moves from SQLite to PostgreSQL, or back."""

from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Table, func, inspect, select
from sqlalchemy.exc import DBAPIError

from . import postgresql, sqlite
from .database import Base, Database
from .migrations import is_current

AT_ONCE = 1000  # rows


class CopyError(Exception):
    """The rows cannot be copied. Nothing was."""


def copy(source: Database, target: Database, without: Collection[str] = ()) -> dict[str, int]:
    """Copy the rows of each table that has a model; return how many there were, by its name.

    A table of the source that has none must be named in `without`, so that no rows are forgotten. It is
    one transaction, which is committed once each table has the count and the checksum that it has in the
    source. Raises `CopyError`.
    """
    if sqlite.is_missing(source.engine):
        raise CopyError("The source is not there.")
    for database, its in (source, "source"), (target, "target"):
        if not is_current(database):
            raise CopyError(f"The {its} is not migrated. Run `db upgrade` with its URL as DATABASE_URL.")
    with postgresql.reading(source.engine).connect() as reading, target.engine.begin() as writing:
        _require_known_tables(reading, {*without})
        return {table.name: _copy(table, reading, writing) for table in Base.metadata.sorted_tables}


def _require_known_tables(reading: Connection, without: set[str]) -> None:
    unknown = {*inspect(reading).get_table_names()} - {*Base.metadata.tables, "alembic_version"}
    mistaken = sorted(without - unknown)
    if mistaken:
        raise CopyError(f"The source has no such table without a model: {', '.join(mistaken)}.")
    left = sorted(unknown - without)
    if left:
        raise CopyError(
            f"No model has these tables of the source: {', '.join(left)}. Write models, or, if another tool"
            f" looks after them, leave them out: {' '.join(f'--without {name}' for name in left)}"
        )


def _copy(table: Table, reading: Connection, writing: Connection) -> int:
    if writing.scalar(select(func.count()).select_from(table)):
        raise CopyError(f"The target has rows in {table.name} already. Take an empty database.")
    try:
        for rows in _rows(table, reading):
            writing.execute(table.insert(), [dict(row._mapping) for row in rows])
    except DBAPIError as error:
        raise CopyError(f"A row of {table.name} does not fit: {error.orig}") from error
    _continue_numbers(table, writing)
    before, after = _sum(table, reading), _sum(table, writing)
    if before != after:
        raise CopyError(f"The rows of {table.name} are not what they were in the source.")
    return after[0]


def _rows(table: Table, connection: Connection) -> Iterator[Any]:
    query = select(table).order_by(*table.primary_key)  # so that rows follow those that they refer to
    return connection.execute(query, execution_options={"yield_per": AT_ONCE}).partitions()


def _sum(table: Table, connection: Connection) -> tuple[int, int]:
    """How many rows a table has, and the sum of their hashes, which does not depend on their order."""
    count = total = 0
    for rows in _rows(table, connection):
        count += len(rows)
        total += sum(int.from_bytes(sha256(_written(row)).digest()) for row in rows)
    return count, total


def _written(row: Row[Any]) -> bytes:
    return orjson.dumps(list(row), default=repr, option=orjson.OPT_SORT_KEYS)


def _continue_numbers(table: Table, connection: Connection) -> None:
    """Where PostgreSQL counts the rows, let it go on behind the last one."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None:
        last = connection.scalar(select(func.max(column)))
        if last is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, last)))
