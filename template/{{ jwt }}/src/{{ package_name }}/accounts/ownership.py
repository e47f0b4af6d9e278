"""Who calls, and whose rows are whose: nobody reads or changes the rows of another."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from .. import idempotency
from ..database import Entity
from .errors import Unauthorized

NOBODY = UUID(int=0)
"""Who has what was there before there were accounts. Nobody can log in as this user."""

# Has nothing, so that nothing is seen where nobody has said who calls (RFC 9562 section 5.10). None would do
# that too, but SQLAlchemy would keep the statement with no type, and fail for who calls next.
_NO_USER = UUID(int=2**128 - 1)

ADMIN = "admin"
"""The scope of those who see and change the rows of everybody."""


@dataclass(frozen=True)
class Caller:
    """Who calls, and what they may do."""

    user_id: UUID
    scopes: frozenset[str] = frozenset()
    scheme: Literal["oauth2", "apiKey"] = "oauth2"
    login_id: UUID | None = None  # of those who have logged in here


_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def acting(caller: Caller) -> Iterator[Caller]:
    """Let `caller` be who calls: what is made is theirs, and all that is seen."""
    token, client = _caller.set(caller), idempotency.CLIENT.set(str(caller.user_id))
    try:
        yield caller
    finally:
        idempotency.CLIENT.reset(client)
        _caller.reset(token)


def current_caller() -> Caller:
    """Who calls. Raises `Unauthorized` when nobody has said."""
    caller = _caller.get()
    if caller is None:
        raise Unauthorized
    return caller


class Owned(Entity, kw_only=True):
    """A row that belongs to who made it, and goes with them."""

    __abstract__ = True

    owner_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"),
        init=False,
        default_factory=lambda: current_caller().user_id,
        sort_order=1,
    )


@event.listens_for(Session, "do_orm_execute")
def _confine(state: ORMExecuteState) -> None:
    """Confine each statement to the caller's rows, so that no service can forget to.

    What bypasses it is SQL that is not the ORM's: `text()`, and `insert()` with an owner of its own.
    See https://docs.sqlalchemy.org/en/21/orm/session_events.html#adding-global-where-on-criteria.
    """
    caller = _caller.get()
    if state.is_column_load or (caller and ADMIN in caller.scopes):
        return
    mapper = state.bind_mapper
    if state.is_update and isinstance(state.parameters, list) and mapper and issubclass(mapper.class_, Owned):
        raise NotImplementedError("An update by primary key cannot be confined. Use `update().where()`.")
    owner_id = caller.user_id if caller else _NO_USER
    state.statement = state.statement.options(
        with_loader_criteria(Owned, lambda its: its.owner_id == owner_id, include_aliases=True)
    )
