"""What a failure of the database means to who asked: an `AppError`."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError

from .errors import Conflict, Unavailable


@contextmanager
def failures_told(conflict: str | None = None) -> Iterator[None]:
    """Raise `Conflict` (with the sentence `conflict` when a constraint is broken) or `Unavailable`."""
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
