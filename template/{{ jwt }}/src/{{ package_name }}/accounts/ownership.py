"""Who calls, and whose rows are whose: nobody reads or changes the rows of another."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid, bindparam, event, inspect
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from .. import idempotency
from ..database import Entity
from .errors import Unauthorized

NOBODY = UUID(int=0)
"""Who has what was there before there were accounts. Nobody can log in as this user."""

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


class NoCallerError(DontWrapMixin, RuntimeError):
    """Rows that have owners are asked for where nobody has said who calls. It is a fault of the code."""

    def __init__(self) -> None:
        super().__init__("Nobody has said whose rows to read or change. Do it within `acting(caller)`.")


class NotOwnError(RuntimeError):
    """The row of another user is about to be written. It is a fault of the code."""

    def __init__(self) -> None:
        super().__init__("This row belongs to another user. Read it in the unit of work that changes it.")


def act_as(caller: Caller | None) -> None:
    """Let `caller` be who calls, or nobody, to the end of the current context."""
    _caller.set(caller)
    idempotency.CLIENT.set(str(caller.user_id) if caller else "")


@contextmanager
def acting(caller: Caller | None) -> Iterator[None]:
    """Let `caller` be who calls, or nobody: what is made is theirs, and all that is seen."""
    was = _caller.get()
    act_as(caller)
    try:
        yield
    finally:
        act_as(was)


def current_caller() -> Caller:
    """Who calls. Raises `Unauthorized` when nobody has said."""
    caller = _caller.get()
    if caller is None:
        raise Unauthorized
    return caller


def _owner_id() -> UUID:
    caller = _caller.get()
    if caller is None:
        raise NoCallerError
    return caller.user_id


class Owned(Entity, kw_only=True):
    """A row that belongs to who made it, and goes with them."""

    __abstract__ = True

    owner_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"),
        init=False,
        default_factory=lambda: current_caller().user_id,
        sort_order=1,
    )


# The value is looked up when a statement is executed, and only if it touches an `Owned` class: then there has
# to be a caller, for rows that are silently left out would look like none.
_CALLER_ID = bindparam("caller_id", callable_=_owner_id, type_=Uuid())
_CONFINED = with_loader_criteria(Owned, lambda its: its.owner_id == _CALLER_ID, include_aliases=True)


@event.listens_for(Session, "do_orm_execute")
def _confine(state: ORMExecuteState) -> None:
    """Confine each statement to the caller's rows, so that no service can forget to.

    What bypasses it is SQL that is not the ORM's: `text()`, statements on a `Table`, and `insert()` with an
    owner of its own.
    See https://docs.sqlalchemy.org/en/21/orm/session_events.html#adding-global-where-on-criteria.
    """
    caller = _caller.get()
    if caller and ADMIN in caller.scopes:
        return
    is_owned = state.bind_mapper is not None and issubclass(state.bind_mapper.class_, Owned)
    if state.is_column_load:  # of a row that the session has already
        if is_owned:
            _owner_id()
        return
    if state.is_update and isinstance(state.parameters, list) and is_owned:
        raise NotImplementedError("An update by primary key cannot be confined. Use `update().where()`.")
    state.statement = state.statement.options(_CONFINED)


@event.listens_for(Session, "before_flush")
def _require_own(session: Session, _context: object, _instances: object) -> None:
    """Refuse to write the row of another, as of an object that was read for somebody else."""
    caller = _caller.get()
    if caller and ADMIN in caller.scopes:
        return
    for entity in (*session.dirty, *session.deleted):
        if isinstance(entity, Owned):
            owner_id = inspect(entity).committed_state.get("owner_id", entity.owner_id)
            if owner_id != _owner_id():
                raise NotOwnError
