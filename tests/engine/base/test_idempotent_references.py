"""A request with an Idempotency-Key is answered with what it made, references included, each time."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import event, func, select, update

from my_shop.api import create_app
from my_shop.errors import Conflict
from my_shop.idempotency import once
from my_shop.services import Services
from my_shop.settings import Settings

from .client import make_client
from .shelves import Animal, Cat, Colour, Dog, Label, Maker, Shelf, Shelves, stocked
from .shelves_api import add_shelves

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def stock(services: Services) -> Iterator[tuple[Maker, list[Label]]]:
    with stocked(services.database) as stock:
        yield stock


@pytest.fixture
def shelves(services: Services, stock: tuple[Maker, list[Label]]) -> Shelves:
    return Shelves(services.database)


@pytest.fixture
def client(settings: Settings, shelves: Shelves) -> Iterator[httpx2.Client]:
    app = create_app(settings)
    add_shelves(app, shelves)
    with make_client(app) as client:
        yield client


def count(services: Services) -> int:
    with services.database.read() as session:
        return len(session.scalars(select(Shelf.id)).all())


def test_an_answer_with_references_can_be_repeated(
    client: httpx2.Client, services: Services, stock: tuple[Maker, list[Label]]
) -> None:
    maker, (oak, tall) = stock
    sent = {"name": "Hall", "maker": str(maker.id), "labels": [str(tall.id), str(oak.id)]}
    first = client.post("/shelves", json=sent, headers=KEY)
    body = first.json()
    assert (first.status_code, first.headers["ETag"], body["name"]) == (201, '"1"', "Hall")
    assert (body["maker"]["id"], body["maker"]["country"]) == (str(maker.id), {"name": "Norway"})
    assert [label["name"] for label in body["labels"]] == ["Oak", "Tall"]
    for _ in range(2):
        again = client.post("/shelves", json=sent, headers=KEY)
        assert (again.status_code, again.headers["ETag"], again.json()) == (201, '"1"', body)
    assert count(services) == 1


def test_a_repeated_one_reads_the_references_again(
    client: httpx2.Client, services: Services, stock: tuple[Maker, list[Label]]
) -> None:
    maker, (oak, tall) = stock
    sent = {"name": "Hall", "maker": str(maker.id), "labels": [str(oak.id), str(tall.id)]}
    client.post("/shelves", json=sent, headers=KEY)
    with services.database.begin() as session:
        session.get_one(Label, oak.id).name = "Old oak"
        session.get_one(Maker, maker.id).country.name = "Sweden"
    body = client.post("/shelves", json=sent, headers=KEY).json()
    assert sorted(label["name"] for label in body["labels"]) == ["Old oak", "Tall"]
    assert body["maker"]["country"] == {"name": "Sweden"}


def test_an_answer_without_references_has_none(
    client: httpx2.Client, stock: tuple[Maker, list[Label]]
) -> None:
    sent = {"name": "Hall", "maker": str(stock[0].id), "labels": []}
    first = client.post("/shelves", json=sent, headers=KEY)
    assert (first.status_code, first.json()["labels"]) == (201, [])
    assert client.post("/shelves", json=sent, headers=KEY).json() == first.json()


DATA: dict[str, Any] = {
    "built": date(2026, 2, 28),
    "opens": time(8, 30),
    "lent_for": timedelta(days=7),
    "colour": Colour.GREEN,
    "weight": 12.25,
    "notes": [{"a": [1, None, "x"]}, "y"],
    "photo": b"\x00\xff",
}


@pytest.mark.parametrize("notes", [DATA["notes"], {"a": 1}, "text", 5, None])
def test_columns_of_any_type_are_given_again(
    services: Services, shelves: Shelves, stock: tuple[Maker, list[Label]], notes: Any
) -> None:
    data = {**DATA, "notes": notes, "name": "Hall", "maker": stock[0].id, "labels": [stock[1][0].id]}
    first = once(services.database, "1", shelves.create, **data)
    again = once(services.database, "1", shelves.create, **data)
    for name in (*DATA, "id", "version", "created_at", "updated_at", "numbered", "shouted"):
        assert getattr(again, name) == getattr(first, name), name
    assert (again.notes, again.photo, again.numbered) == (notes, b"\x00\xff", "first")
    assert again.maker.country == first.maker.country


def test_a_reference_that_is_gone_is_gone_from_the_answer(
    services: Services, shelves: Shelves, stock: tuple[Maker, list[Label]]
) -> None:
    maker, (oak, tall) = stock
    data = {"name": "Hall", "maker": maker.id, "labels": [oak.id, tall.id]}
    shelf = once(services.database, "1", shelves.create, **data)
    with services.database.begin() as session:
        session.delete(session.get_one(Label, oak.id))
    assert [label.name for label in once(services.database, "1", shelves.create, **data).labels] == ["Tall"]
    with services.database.begin() as session:
        session.delete(session.get_one(Shelf, shelf.id))
    with pytest.raises(Conflict, match=r"what it made is gone since\."):
        once(services.database, "1", shelves.create, **data)


def test_what_the_database_fills_in_is_there_after_the_commit(
    services: Services, shelves: Shelves, stock: tuple[Maker, list[Label]]
) -> None:
    shelf = shelves.create(name="Hall", maker=stock[0].id)
    assert (shelf.numbered, shelf.shouted) == ("first", None)
    changed = shelves.rename(shelf.id, func.lower("ATTIC"))
    assert (changed.name, changed.shouted, changed.version) == ("attic", "CHANGED", 2)


def test_what_is_filled_later_is_loaded_with_what_it_refers_to(
    services: Services, shelves: Shelves, stock: tuple[Maker, list[Label]]
) -> None:
    def label(**data: Any) -> Label:
        with services.database.begin() as session:
            made = Label(**data)
            session.add(made)
            session.flush()
            assert made.shelves == []
        return made

    first = once(services.database, "1", label, name="New")
    assert first.shelves == []
    shelf = shelves.create(name="Hall", maker=stock[0].id, labels=[first.id])
    again = once(services.database, "1", label, name="New")
    assert [(its.id, its.maker.name) for its in again.shelves] == [(shelf.id, "Ada")]


@pytest.mark.parametrize("kind", [Animal, Dog, Cat])
def test_a_class_that_shares_its_table_is_given_again(
    services: Services, stock: tuple[Maker, list[Label]], kind: type[Animal]
) -> None:
    def get() -> Animal:
        with services.database.begin() as session:
            made = kind()
            session.add(made)
        return made

    first = once(services.database, "1", get)
    again = once(services.database, "1", get)
    assert (type(again), again.id) == (kind, first.id)


# What the database computes.


def test_a_row_that_is_gone_at_the_end_is_left_out(
    services: Services, shelves: Shelves, stock: tuple[Maker, list[Label]]
) -> None:
    shelf = shelves.create(name="Hall", maker=stock[0].id)
    with services.database.begin() as session:
        its = session.get_one(Shelf, shelf.id)
        its.stock = Shelf.stock + 1  # type: ignore[assignment]
        session.flush()
        session.delete(session.get_one(Maker, stock[0].id))  # and the database deletes the shelf with it
    assert count(services) == 0


def test_many_rows_are_loaded_by_few_statements(
    services: Services, shelves: Shelves, stock: tuple[Maker, list[Label]]
) -> None:
    for number in range(50):
        shelves.create(name=f"Shelf {number}", maker=stock[0].id)
    statements: list[str] = []
    event.listen(
        services.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2].split()[0])
    )
    with services.database.begin() as session:
        rows = session.scalars(select(Shelf)).all()
        session.execute(update(Shelf).values(stock=func.abs(-7)))
    assert {row.stock for row in rows} == {7}
    assert statements.count("SELECT") <= 3
