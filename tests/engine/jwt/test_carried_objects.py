"""An object that was read for one user is not written for another one, nor for nobody."""

from collections.abc import Callable
from contextvars import Context
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from my_shop.accounts.ownership import ADMIN, Caller, NoCallerError, NotOwnError, acting
from my_shop.errors import NotFound
from my_shop.items.model import Item
from my_shop.services import Services

from .people import PEOPLE, as_user

ADA, GRACE, ROOT, _ = PEOPLE.values()


@pytest.fixture
def lamp(services: Services) -> Item:
    """A lamp of Ada's."""
    return services.items.create(name="Lamp", price=Decimal(1))


def change(session: Session, lamp: Item) -> None:
    session.add(lamp)
    lamp.price = Decimal(7)


def give_to_grace(session: Session, lamp: Item) -> None:
    session.add(lamp)
    lamp.owner_id = GRACE


def delete(session: Session, lamp: Item) -> None:
    session.delete(lamp)


@pytest.mark.parametrize("write", [change, give_to_grace, delete])
def test_the_row_of_another_is_not_written(
    services: Services, lamp: Item, write: Callable[[Session, Item], None]
) -> None:
    lamp_id, before = lamp.id, (lamp.owner_id, lamp.price, lamp.version)

    def within_a_unit(carried: Item) -> None:
        with services.database.begin() as session:
            write(session, carried)

    with pytest.raises(NotOwnError, match=r"^This row belongs to another user\."), as_user("grace"):
        within_a_unit(lamp)
    with pytest.raises(NoCallerError):
        Context().run(within_a_unit, services.items.get(lamp_id))
    now = services.items.get(lamp_id)
    assert (now.owner_id, now.price, now.version) == before


@pytest.mark.parametrize("write", [change, give_to_grace, delete])
def test_ones_own_row_is_written_and_any_by_an_admin(
    services: Services, lamp: Item, write: Callable[[Session, Item], None]
) -> None:
    with services.database.begin() as session:
        write(session, lamp)
    others = services.items.create(name="Kettle", price=Decimal(1))
    with acting(Caller(ROOT, frozenset({ADMIN}))), services.database.begin() as session:
        write(session, others)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_row_of_another_is_not_written_within_their_unit_of_work(
    services: Services, lamp: Item, act: str
) -> None:
    lamp_id, items = lamp.id, services.items
    with services.database.begin():
        kept = items.get(lamp_id)
        # PostgreSQL locks the row by a statement, which finds none that is Grace's.
        with pytest.raises((NotOwnError, NotFound)), as_user("grace"):
            items.delete(lamp_id) if act == "delete" else items.update(lamp_id, {"price": Decimal(7)})
    del kept  # which the session had until here
    assert items.get(lamp_id).price == 1


def test_an_expired_row_is_not_read_without_a_caller(services: Services, lamp: Item) -> None:
    with services.database.begin() as session:
        its = session.get_one(Item, lamp.id)
        session.expire(its)
        with pytest.raises(NoCallerError):
            Context().run(session.refresh, its)
        session.refresh(its)
