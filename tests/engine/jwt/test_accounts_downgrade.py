"""A downgrade past accounts is done as a whole, or refused with nothing changed."""

from decimal import Decimal

import pytest
from sqlalchemy import inspect

from my_shop.accounts.model import User
from my_shop.accounts.ownership import Caller, acting
from my_shop.items.service import Items
from my_shop.migrations import is_current, upgrade

from .migrating import Project, project  # noqa: F401 (a fixture)
from .test_cli import run

BACK = "0003@0002"
SUPPLIERS = (
    'op.create_table("suppliers", sa.Column("name", sa.String(80)), sa.UniqueConstraint("name", name="uq"))'
)


@pytest.fixture
def shared(project: Project) -> Project:  # noqa: F811
    """A project with suppliers of its own, in which two users have an item of the same name."""
    project.migrate("suppliers", SUPPLIERS, 'op.drop_table("suppliers")')
    upgrade(project.database)
    project.execute("INSERT INTO suppliers VALUES ('Ada')")
    for email in ("ada@example.org", "grace@example.org"):
        with project.database.begin() as session:
            user = User(email=email)
            session.add(user)
        with acting(Caller(user.id)):
            Items(project.database).create(name="Lamp", price=Decimal(1))
    return project


def test_a_downgrade_that_is_refused_changes_nothing(shared: Project) -> None:
    was = shared.state()
    result = run("db", "downgrade", BACK)
    assert (result.exit_code, result.output) == (
        1,
        "Error: Two users have an item called Lamp. Rename one of them first.\n",
    )
    assert shared.state() == was
    assert is_current(shared.database)


def test_one_that_is_not_is_done_as_a_whole(shared: Project) -> None:
    shared.execute("DELETE FROM items WHERE owner_id = (SELECT id FROM users WHERE email LIKE 'grace%')")
    assert run("db", "downgrade", BACK).exit_code == 0
    after = shared.state()
    assert set(after) == {"alembic_version", "idempotency_keys", "items"}
    assert len(after["items"]["rows"]) == 1
    indexes = {str(index["name"]) for index in inspect(shared.database.engine).get_indexes("items")}
    assert {"ix_items_price_id", "ix_items_created_at_id", "ix_items_updated_at_id"} <= indexes
    assert not any("owner_id" in name for name in indexes)
    upgrade(shared.database)
    assert is_current(shared.database)
