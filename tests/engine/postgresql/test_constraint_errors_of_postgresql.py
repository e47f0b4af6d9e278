"""Broken constraints that only PostgreSQL has."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from my_shop.database import Database
from my_shop.errors import Conflict
from my_shop.services import Services

from .databases import Databases
from .schemas import PostgreSQL

ROOMS = """CREATE TABLE rooms (
    days int4range, host VARCHAR(8) UNIQUE DEFERRABLE INITIALLY DEFERRED, EXCLUDE USING gist (days WITH &&)
)"""
TAKEN = "The room is booked then."


@pytest.fixture
def database(databases: Databases, services: Services) -> Database:
    """One with rooms, which are booked for a range of days by one at a time, and have a host."""
    if not isinstance(databases, PostgreSQL):
        pytest.skip("this run tests on SQLite")
    with services.database.engine.begin() as connection:
        connection.execute(text(ROOMS))
        connection.execute(text("INSERT INTO rooms VALUES ('[1,5)', 'Ada')"))
    return services.database


def book(database: Database, days: str, host: str) -> None:
    with database.begin(conflict=TAKEN) as session:
        session.execute(text("INSERT INTO rooms VALUES (:days, :host)"), {"days": days, "host": host})


def test_what_overlaps_is_taken(database: Database) -> None:
    with pytest.raises(Conflict, match=f"^{TAKEN}$"):
        book(database, "[4,6)", "Grace")
    book(database, "[5,6)", "Grace")


def test_what_is_unique_at_the_commit_is_taken(database: Database) -> None:
    with pytest.raises(Conflict, match=f"^{TAKEN}$"):
        book(database, "[5,6)", "Ada")


def test_an_error_has_no_values_of_the_row(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE rooms ADD CONSTRAINT ck_rooms_host CHECK (host <> 'secret')"))
    with pytest.raises(IntegrityError) as raised:
        book(database, "[5,6)", "secret")
    error = raised.value
    assert str(error.orig) == 'new row for relation "rooms" violates check constraint "ck_rooms_host"'
    assert str(error).splitlines() == [
        f"(psycopg.errors.CheckViolation) {error.orig}",
        "[SQL: INSERT INTO rooms VALUES (%(days)s, %(host)s)]",
        "[SQL parameters hidden due to hide_parameters=True]",
        "(Background on this error at: https://sqlalche.me/e/21/gkpj)",
    ]
