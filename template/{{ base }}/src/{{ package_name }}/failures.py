"""What a failure of the database means to who asked: an `AppError`."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError

from .errors import AppError, Conflict, Unavailable

MISSING = "The request refers to something that does not exist."
REFERRED_TO = "Other rows still refer to this one. Delete or change them first."
DANGLING = "The change would leave a row that refers to something that does not exist."

# SQLite's extended result codes, and PostgreSQL's SQLSTATEs: https://www.sqlite.org/rescode.html and
# https://www.postgresql.org/docs/current/errcodes-appendix.html.
UNIQUE = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_ROWID,
    "23505",
    "23P01",  # an exclusion constraint: no two of these overlap
}
FOREIGN_KEY = {sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, "23503"}
RESTRICT = "23001"  # what ON DELETE RESTRICT has from PostgreSQL 18 on


@contextmanager
def translate_db_errors(conflict: str | None = None) -> Iterator[None]:
    """Raise `Conflict` (with the sentence `conflict` when a row must be unique) or `Unavailable`.

    Any other broken constraint, such as a check, is a fault of the server: its `IntegrityError` goes on.
    """
    try:
        yield
    except IntegrityError as error:
        told = _conflict(error, conflict)
        if told is None:
            raise
        raise told from error
    except StaleDataError as error:
        raise Conflict from error
    except PoolTimeoutError as error:
        raise Unavailable from error
    except DBAPIError as error:
        if _is_away(error):
            raise Unavailable from error
        raise


def _conflict(error: IntegrityError, sentence: str | None) -> AppError | None:
    """Return what a broken constraint is told as, or None for a fault of the server."""
    code = getattr(error.orig, "sqlite_errorcode", None) or getattr(error.orig, "sqlstate", None)
    if code in UNIQUE:
        return Conflict(sentence)
    # SQLite has one code for ON DELETE RESTRICT and for the RAISE of a trigger; the message tells them apart.
    is_trigger = code == sqlite3.SQLITE_CONSTRAINT_TRIGGER
    if code == RESTRICT or (is_trigger and str(error.orig) == "FOREIGN KEY constraint failed"):
        return Conflict(REFERRED_TO)
    if code in FOREIGN_KEY:
        return Conflict(_reference(error.statement))
    return None


def _reference(statement: str | None) -> str:
    """Return which side of a foreign key is missing. Neither database says it, but the statement does."""
    match (statement or "").upper().split(maxsplit=1):
        case ["INSERT" | "UPDATE", *_]:
            return MISSING
        case ["DELETE", *_]:
            return REFERRED_TO
    return DANGLING  # at a COMMIT, by any statement before it


def _is_away(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        # SQLITE_ERROR is a fault in the statement; the rest is locked, full, gone or unreadable.
        return getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR
    return error.connection_invalidated or isinstance(error, OperationalError)
