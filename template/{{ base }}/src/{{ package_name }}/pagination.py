"""Keyset pages: page 10,000 costs what page 1 costs, and a new row shifts nothing.

See https://use-the-index-luke.com/no-offset for why there is no OFFSET, and no total.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from . import money
from .database import Entity
from .errors import FieldError, Invalid

LIMIT_DEFAULT = 20
LIMIT_MAX = 100

EntityT = TypeVar("EntityT", bound=Entity)


@dataclass(frozen=True)
class Page(Generic[EntityT]):
    """Some of the rows, and the cursor of the next page while there is one."""

    items: Sequence[EntityT]
    next_cursor: str | None


def paginate(
    session: Session,
    query: Select[EntityT],
    entity: type[EntityT],
    *,
    sort: str,
    limit: int,
    cursor: str | None = None,
) -> Page[EntityT]:
    """The rows of `query` that follow `cursor`, at most `limit` of them.

    `sort` is a column of the entity, with `-` in front for descending; rows that are equal in it
    are in the order of their ids. Raises `Invalid` when the cursor is not one of this sort.
    """
    column: InstrumentedAttribute[Any] = getattr(entity, sort.removeprefix("-"))
    # One row more than asked for tells whether there is a next page.
    values: dict[str, Any] = {"page_limit": limit + 1}
    if cursor is not None:
        values["page_value"], values["page_id"] = _decode(cursor, sort, column)
    rows = session.scalars(_sorted(query, entity, sort, cursor is not None), values).all()
    page = rows[:limit]
    return Page(page, _encode(page[-1], sort, column) if len(rows) > limit else None)


@lru_cache(maxsize=64)
def _sorted(query: Select[EntityT], entity: type[EntityT], sort: str, is_later: bool) -> Select[EntityT]:
    """The statement of a page; built once for a query that is the same object each time."""
    column: InstrumentedAttribute[Any] = getattr(entity, sort.removeprefix("-"))
    descends = sort.startswith("-")
    if is_later:
        value, row_id = bindparam("page_value", type_=column.type), bindparam("page_id", type_=entity.id.type)
        key, position = tuple_(column, entity.id), tuple_(value, row_id)
        query = query.where(key < position if descends else key > position)
    query = query.order_by(*(each.desc() if descends else each for each in (column, entity.id)))
    return query.limit(bindparam("page_limit"))


def _encode(row: Entity, sort: str, column: InstrumentedAttribute[Any]) -> str:
    value = getattr(row, column.key)
    written = value.isoformat() if isinstance(value, datetime) else str(value)
    return urlsafe_b64encode(json.dumps([sort, written, str(row.id)]).encode()).decode().rstrip("=")


def _decode(cursor: str, sort: str, column: InstrumentedAttribute[Any]) -> tuple[Any, UUID]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        its_sort, value, row_id = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        if its_sort != sort or not isinstance(value, str):
            raise ValueError
        return _READERS[column.type.python_type](value), UUID(row_id)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        detail = "This is not a cursor of this sort. Take it from `next_cursor`, and keep `sort` as it was."
        raise Invalid(FieldError("query", "/cursor", detail)) from None


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError
    return value.encode().decode()  # a lone surrogate is a ValueError


# How the value in a cursor is read: by the Python type of the column that it is sorted by.
_READERS: dict[type, Callable[[str], Any]] = {
    Decimal: money.parse,
    UUID: UUID,
    datetime: lambda value: datetime.fromisoformat(value).astimezone(UTC),
    str: _text,
}
