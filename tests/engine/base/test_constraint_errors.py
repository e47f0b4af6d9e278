"""Which broken constraint is told as what: to the client, or to the log alone."""

import json
from collections.abc import Iterator
from contextlib import nullcontext

import httpx2
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from my_shop import logs
from my_shop.database import Database
from my_shop.errors import Conflict
from my_shop.services import Services
from my_shop.settings import Settings

from .test_errors import ITEMS, problem
from .test_items_api import LAMP, create

TAKEN = "Another thing has this name."
MISSING = "The request refers to something that does not exist."
REFERRED_TO = "Other rows still refer to this one. Delete or change them first."
DANGLING = "The change would leave a row that refers to something that does not exist."

COLUMNS = "name VARCHAR(80) UNIQUE, size INTEGER NOT NULL CHECK (size > 0), first INTEGER, second INTEGER"
TABLES = [
    f"CREATE TABLE things (id INTEGER PRIMARY KEY, {COLUMNS}, UNIQUE (first, second))",
    "CREATE TABLE parts (id INTEGER PRIMARY KEY, thing INTEGER REFERENCES things)",
    "CREATE TABLE kept (thing INTEGER REFERENCES things ON DELETE RESTRICT)",
    "CREATE TABLE owned (thing INTEGER REFERENCES things ON DELETE CASCADE)",
    "CREATE TABLE late (thing INTEGER REFERENCES things DEFERRABLE INITIALLY DEFERRED)",
    "INSERT INTO things (id, name, size, first, second) VALUES (1, 'a', 1, 1, 1), (2, 'b', 1, 2, 2)",
    "INSERT INTO things (id, name, size) VALUES (3, 'c', 1), (4, 'd', 1), (5, 'e', 1)",
    "INSERT INTO parts VALUES (1, 1)",
    "INSERT INTO kept VALUES (2)",
    "INSERT INTO owned VALUES (3)",
    "INSERT INTO late VALUES (4)",
]
FUNCTION = "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql"
TRIGGER = {
    "sqlite": [
        "CREATE TRIGGER on_part BEFORE DELETE ON parts BEGIN SELECT RAISE(ABORT, 'parts are kept'); END",
    ],
    "postgresql": [
        f"{FUNCTION} AS 'BEGIN RAISE EXCEPTION ''parts are kept''; END'",
        "CREATE TRIGGER on_part BEFORE DELETE ON parts FOR EACH ROW EXECUTE FUNCTION keep()",
    ],
}


@pytest.fixture
def database(services: Services) -> Database:
    """One with things, and with parts, which refer to them in many ways."""
    with services.database.engine.begin() as connection:
        for statement in (*TABLES, *TRIGGER[connection.dialect.name]):
            connection.execute(text(statement))
    return services.database


def contents(database: Database) -> list[object]:
    """All rows of theirs."""
    names = ("things", "parts", "kept", "owned", "late")
    with database.read() as session:
        return [session.execute(text(f"SELECT * FROM {name}")).all() for name in names]  # noqa: S608


TOLD = {
    "INSERT INTO things (id, name, size) VALUES (9, 'a', 1)": TAKEN,
    "INSERT INTO things (id, name, size) VALUES (1, 'z', 1)": TAKEN,
    "UPDATE things SET first = 2, second = 2 WHERE id = 1": TAKEN,
    "INSERT INTO parts VALUES (9, 77)": MISSING,
    "  update parts SET thing = 77": MISSING,
    "INSERT INTO owned VALUES (77)": MISSING,
    "INSERT INTO kept VALUES (77)": MISSING,
    "DELETE FROM things WHERE id = 1": REFERRED_TO,
    "DELETE FROM things WHERE id = 2": REFERRED_TO,
    "INSERT INTO late VALUES (77)": DANGLING,
    "DELETE FROM things WHERE id = 4": DANGLING,
}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("statement", TOLD)
def test_what_the_request_can_mend_is_a_conflict(database: Database, statement: str, nested: bool) -> None:
    was = contents(database)
    with (
        pytest.raises(Conflict) as told,
        database.begin(conflict="Not this one's.") if nested else nullcontext(),
        database.begin(conflict=TAKEN) as session,
    ):
        session.execute(text(statement))
    assert str(told.value) == TOLD[statement]
    assert contents(database) == was


FAULTS = {
    "INSERT INTO things (id, name, size) VALUES (9, 'z', 0)": "(?i)check constraint",
    "UPDATE things SET size = 0": "(?i)check constraint",
    "INSERT INTO things (id, name) VALUES (9, 'z')": "(?i)not.null constraint",
}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("statement", FAULTS)
def test_a_fault_of_the_server_is_raised_as_it_is(database: Database, statement: str, nested: bool) -> None:
    was = contents(database)
    with (
        pytest.raises(IntegrityError, match=FAULTS[statement]),
        database.begin(conflict=TAKEN) if nested else nullcontext(),
        database.begin(conflict=TAKEN) as session,
    ):
        session.execute(text(statement))
    assert contents(database) == was


def test_so_is_what_a_trigger_raises(database: Database) -> None:
    with (
        pytest.raises(DBAPIError, match="parts are kept"),
        database.begin(conflict=TAKEN) as session,
    ):
        session.execute(text("DELETE FROM parts"))


def test_what_is_deleted_with_its_owner_is_no_conflict(database: Database) -> None:
    with database.begin() as session:
        session.execute(text("DELETE FROM things WHERE id IN (3, 5)"))
    assert contents(database)[3] == []


@pytest.fixture
def priced(services: Services) -> Iterator[None]:
    """Let the database refuse an item that costs less than 1.00, which the code knows nothing of."""
    engine = services.database.engine
    least = 100 if engine.dialect.name == "sqlite" else 1
    constraints = len(inspect(engine).get_check_constraints("items"))
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("items") as batch:
            batch.create_check_constraint("ck_items_price", f"price >= {least}")
    yield
    if engine.dialect.name == "postgresql":  # whose schemas are used again
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE items DROP CONSTRAINT ck_items_price"))
        assert len(inspect(engine).get_check_constraints("items")) == constraints


@pytest.mark.usefixtures("priced")
def test_the_client_is_told_of_a_fault_as_a_500_and_the_log_says_which(
    client: httpx2.Client, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(settings)
    create(client)
    cheap = {**LAMP, "name": "Cheap", "description": "my secret", "price": "0.50"}
    answer = client.post(ITEMS, json=cheap, headers={"X-Request-ID": "abc-1"})
    assert (answer.status_code, problem(answer)["detail"]) == (
        500,
        "The server failed. Its log tells why, under the id in the header X-Request-ID.",
    )
    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if "abc-1" in line]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("unhandled error", "error"),
        ("request", "info"),
    ]
    assert "ck_items_price" in lines[0]["exception"]
    assert "my secret" not in written  # nor anything else of the row
    again = client.post(ITEMS, json=LAMP)
    assert (again.status_code, problem(again)["detail"]) == (409, "Another item has this name.")
    assert [item["name"] for item in client.get(ITEMS).json()["items"]] == ["Lamp"]
