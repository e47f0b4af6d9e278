"""Reads again what an object has not: what the database has computed, and what a request created before."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import ColumnElement, inspect, select, tuple_
from sqlalchemy.orm import DeclarativeBase, Mapper, Session, registry, selectinload, undefer
from sqlalchemy.orm.interfaces import MANYTOONE


def load_expired(session: Session) -> None:
    """Load what the database computes, as of `item.stock = Item.stock - 1`: after the commit, nothing can.

    A row that is gone is left out, as is what a savepoint has undone.
    """
    session.flush()
    expired: dict[Any, list[Any]] = {}
    for state in map(inspect, session):
        if state.expired_attributes and not state.expired:
            expired.setdefault(state.mapper, []).append(state.identity)
    for mapper, keys in expired.items():
        for start in range(0, len(keys), 1000):  # which is no more parameters than any database takes
            its = tuple_(*mapper.primary_key).in_(keys[start : start + 1000])
            session.scalars(select(mapper).where(its).execution_options(populate_existing=True)).all()


def noted(entity: DeclarativeBase) -> str:
    """Return how to read an entity again: by its class, its primary key, and its loaded relationships."""
    loaded: dict[str, Any] = {}
    _note_loaded(entity, loaded, [])
    return orjson.dumps([_name(type(entity)), inspect(entity).identity, loaded], default=_decimal).decode()


def _note_loaded(entity: DeclarativeBase, loaded: dict[str, Any], above: list[DeclarativeBase]) -> None:
    """Note each relationship that is loaded, with those of what it refers to."""
    for its in inspect(type(entity)).relationships:
        if its.key in entity.__dict__ and its.lazy not in {"dynamic", "write_only"}:
            value, below = entity.__dict__[its.key], loaded.setdefault(its.key, {})
            for other in value if its.uselist else filter(None, [value]):
                if all(other is not each for each in above):
                    _note_loaded(other, below, [*above, entity])


def read(session: Session, classes: registry, note: str) -> Any:
    """Return the entity that was noted, as it is now, or `None` when it is gone."""
    name, identity, loaded = orjson.loads(note)
    mapper = next((each for each in classes.mappers if _name(each.class_) == name), None)
    if mapper is None:
        return None
    key = tuple(map(_value, mapper.primary_key, identity))
    return session.get(mapper.class_, key, options=[undefer("*"), *_options(mapper, loaded)])


def _name(entity: type[Any]) -> str:
    return f"{entity.__module__}.{entity.__qualname__}"


def _decimal(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError


def _value(column: ColumnElement[Any], value: Any) -> Any:
    """What JSON made a string of, as it was: an id, a moment."""
    kind: Any = column.type.python_type
    return value if isinstance(value, kind) else getattr(kind, "fromisoformat", kind)(value)


def _options(mapper: Mapper[Any], loaded: dict[str, Any]) -> Iterator[Any]:
    for its in mapper.relationships:
        if its.key in loaded:
            # Of what was empty then, nothing is known: what each refers to is loaded, too.
            below = loaded[its.key] or {
                each.key: {} for each in its.mapper.relationships if each.direction is MANYTOONE
            }
            yield selectinload(its.class_attribute).options(undefer("*"), *_options(its.mapper, below))
