"""Idempotency keys: a request that is repeated is done once, and gets what the first one made.

See https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID, uuid4

import orjson
from sqlalchemy import ColumnElement, Index, String, Text, and_, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import loading
from .database import Base, Database, now
from .errors import AppError, Conflict, FieldError, Invalid

KEY_MAX = 128
KEY_PATTERN = "^[!-~]+$"

KEPT = timedelta(hours=24)
"""How long a key and its answer are remembered."""

LEASE = timedelta(seconds=60)
"""How long a request may be worked on before a repeated one takes its place: its process may have died.

Longer than any request should take; one that takes longer still loses its place, and is undone."""

MALFORMED = f"Give 1 to {KEY_MAX} visible ASCII characters, such as a UUID."
REUSED = "This key came with another request. Give each request a key of its own."
GONE = "The request with this key was done, and what it made is gone since. To make another, take a new key."
UNDER_WAY = "The first request with this key is still worked on. Repeat it in a moment."

CLIENT: ContextVar[str] = ContextVar("client", default="")
"""Whose key it is: two clients may use the same one. Without accounts, all are one client."""

EntityT = TypeVar("EntityT", bound=Base)


class IdempotencyKey(Base, kw_only=True):
    """A key that a client gave, and what its request has made once that is done."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "claimed_at"),)

    client: Mapped[str] = mapped_column(String(36), primary_key=True, init=False, default_factory=CLIENT.get)
    key: Mapped[str] = mapped_column(String(KEY_MAX), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str | None] = mapped_column(Text, init=False, default=None)
    claimed_at: Mapped[datetime]
    claim: Mapped[UUID] = mapped_column(init=False, default=None)

    # Who has lost the claim can no longer answer: the database compares it, and no two are the same.
    __mapper_args__ = {"version_id_col": claim, "version_id_generator": lambda _: uuid4()}  # noqa: RUF012


def once(database: Database, key: str | None, act: Callable[..., EntityT], /, **data: Any) -> EntityT:
    """What `act(**data)` makes, such as `services.items.create`; at most once for each key.

    A repeated call with the same key reads again what the first one made, with the relationships that were
    loaded then. What `act` does and the note of it are one unit of work, so that no moment is left to be
    killed between the two. When `act` fails, the key is as new.

    Raises `Invalid` for a key that is malformed, or came with other data or another `act`, and `Conflict`
    while the first call is at work, or when what it made is gone.
    """
    if key is None:
        return act(**data)
    if len(key) > KEY_MAX or not re.fullmatch(KEY_PATTERN, key):
        raise _wrong(MALFORMED)
    its = _claim(database, key, _fingerprint(act, data))
    if its.answer is not None:
        with database.read() as session:
            made: EntityT | None = loading.read(session, Base.registry, its.answer)
        if made is None:
            raise Conflict(GONE)
        return made
    claim = its.claim
    try:
        with database.begin() as session:
            entity = act(**data)
            session.add(its)
            its.answer = loading.noted(entity)
    except BaseException:
        with suppress(AppError):  # then the lease ends by itself
            _release(database, key, claim)
        raise
    return entity


def _claim(database: Database, key: str, fingerprint: str) -> IdempotencyKey:
    """The key, with its answer or for the caller to answer."""
    with database.read() as session:  # which does not wait for those at work
        found = _find(session, key, fingerprint)
    if found is None:
        with database.begin(conflict=UNDER_WAY) as session:
            found = _find(session, key, fingerprint)
            if found is None:
                forgotten = IdempotencyKey.claimed_at <= now() - KEPT
                session.execute(delete(IdempotencyKey).where(or_(forgotten, _abandoned(key))))
                found = IdempotencyKey(key=key, fingerprint=fingerprint, claimed_at=now())
                session.add(found)
    return found


def _find(session: Session, key: str, fingerprint: str) -> IdempotencyKey | None:
    """The key with its answer, if it has one. Raises `Invalid` or `Conflict`."""
    its = session.get(IdempotencyKey, (CLIENT.get(), key))
    if its is None or its.claimed_at <= now() - KEPT:
        return None
    if its.fingerprint != fingerprint:
        raise _wrong(REUSED)
    if its.answer is not None:
        return its
    if its.claimed_at > now() - LEASE:
        raise Conflict(UNDER_WAY)
    return None


def _abandoned(key: str) -> ColumnElement[bool]:
    its = IdempotencyKey
    return and_(_named(key), its.answer.is_(None), its.claimed_at <= now() - LEASE)


def _named(key: str) -> ColumnElement[bool]:
    return and_(IdempotencyKey.client == CLIENT.get(), IdempotencyKey.key == key)


def _release(database: Database, key: str, claim: UUID) -> None:
    with database.begin() as session:
        session.execute(delete(IdempotencyKey).where(_named(key), IdempotencyKey.claim == claim))


def _wrong(detail: str) -> Invalid:
    return Invalid(FieldError.at("header", ["Idempotency-Key"], detail))


def _fingerprint(act: Callable[..., object], data: dict[str, Any]) -> str:
    """Tells requests apart. What is absent may be None: one framework leaves it out, the other does not."""
    given = {name: value for name, value in data.items() if value is not None}
    whole = [act.__module__, act.__qualname__, given]
    return sha256(orjson.dumps(whole, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()
