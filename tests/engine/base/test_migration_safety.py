"""A downgrade is all or nothing, and an upgrade leaves each migration whole."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import inspect, text

from my_shop.database import Base, now
from my_shop.migrations import config, downgrade, is_current, upgrade

from .migrating import Project, project  # noqa: F401 (a fixture)
from .test_cli import run

SUPPLIERS = ('op.create_table("suppliers", sa.Column("name", sa.String(80)))', 'op.drop_table("suppliers")')
COLOUR = (
    'with op.batch_alter_table("items") as batch:\n    batch.add_column(sa.Column("colour", sa.String(30)))',
    'with op.batch_alter_table("items") as batch:\n    batch.drop_column("colour")',
)
PARTS = ('op.create_table("parts", sa.Column("n", sa.Integer()))', 'op.drop_table("parts")')
FILL = ["INSERT INTO suppliers VALUES ('Ada')", "INSERT INTO parts VALUES (7)"]


def three(project: Project, last: str) -> None:  # noqa: F811
    """Write three migrations, of which the first one is undone last, as it says; and fill their tables."""
    project.migrate("first", SUPPLIERS[0], last)
    project.migrate("second", *COLOUR)
    project.migrate("third", *PARTS)
    upgrade(project.database)
    project.execute(*FILL)


FAILS = """op.execute("DELETE FROM suppliers")
op.drop_table("suppliers")
raise ZeroDivisionError
"""


def test_a_downgrade_that_fails_in_its_third_step_changes_nothing(project: Project) -> None:  # noqa: F811
    three(project, FAILS)
    was = project.state()
    with pytest.raises(ZeroDivisionError):
        downgrade(project.database, project.shipped)
    assert project.state() == was
    assert is_current(project.database)


def test_so_does_one_by_alembics_own_command(project: Project) -> None:  # noqa: F811
    three(project, FAILS)
    was = project.state()
    with pytest.raises(ZeroDivisionError):
        command.downgrade(config(project.database), project.shipped)
    assert project.state() == was


BLOCK = """op.drop_table("suppliers")
with op.get_context().autocommit_block():
    op.execute("DELETE FROM items")
"""
REFUSED = (
    "Error: The downgrade from first commits before its end, as an autocommit_block does, so that it could"
    " not be undone. Nothing was changed. Write its downgrade() without that.\n"
)
BIND = 'op.drop_table("suppliers")\nop.get_bind().commit()'


@pytest.mark.parametrize("commits", [BLOCK, BIND])
def test_a_downgrade_that_commits_in_the_middle_is_refused(
    project: Project,  # noqa: F811
    commits: str,
) -> None:
    three(project, commits)
    was = project.state()
    result = run("db", "downgrade", project.shipped)
    assert (result.exit_code, result.output) == (1, REFUSED)
    assert project.state() == was


ONE = UUID(int=1)
MOMENTS = {"created_at": now(), "updated_at": now()}


def test_the_shipped_migrations_are_undone_as_one(project: Project) -> None:  # noqa: F811
    """What fails is the last step of all: a table of another tool refers to the first table."""
    three(project, SUPPLIERS[1])
    rows: dict[str, dict[str, Any]] = {}
    rows["idempotency_keys"] = {
        "client": "",
        "key": "k",
        "fingerprint": "f",
        "claimed_at": now(),
        "claim": ONE,
    }
    rows["items"] = {"id": ONE, "name": "Lamp", "price": Decimal(1), "version": 1} | MOMENTS
    if "users" in Base.metadata.tables:
        rows["items"]["owner_id"] = ONE
        rows = {"users": {"id": ONE, "is_admin": False, "version": 1} | MOMENTS, **rows}
    kind = Base.metadata.tables["items"].c.id.type.compile(project.database.engine.dialect)
    project.execute(f"CREATE TABLE stock (item {kind} REFERENCES items)")
    with project.database.engine.begin() as connection:
        for name, row in rows.items():
            connection.execute(Base.metadata.tables[name].insert(), row)
        connection.execute(text("INSERT INTO stock SELECT id FROM items"))
    was = project.state()
    with pytest.raises(Exception, match="stock"):
        downgrade(project.database, "base")
    assert project.state() == was
    project.execute("DROP TABLE stock")
    assert run("db", "downgrade", "base").exit_code == 0
    assert inspect(project.database.engine).get_table_names() == ["alembic_version"]
    assert project.state()["alembic_version"]["rows"] == []


def test_an_upgrade_that_fails_keeps_what_was_finished_and_nothing_else(project: Project) -> None:  # noqa: F811
    upgrade(project.database)
    project.migrate("first", *SUPPLIERS)
    fill = 'op.execute("INSERT INTO suppliers VALUES (7)")'
    project.migrate("second", f"{COLOUR[0]}\n{fill}\n{PARTS[0]}\n1 / 0")
    with pytest.raises(ZeroDivisionError):
        upgrade(project.database)
    after = project.state()
    assert after["alembic_version"]["rows"] == ["('first',)"]
    assert after["suppliers"]["rows"] == []
    assert "parts" not in after
    assert not any("colour" in column for column in after["items"]["columns"])
    upgrade(project.database, "first")  # which is where it is
    assert project.state() == after


def test_steps_down_are_counted_and_named_as_before(project: Project) -> None:  # noqa: F811
    three(project, SUPPLIERS[1])
    left = []
    for step in ([], ["--", "-1"], [project.shipped]):
        assert run("db", "downgrade", *step).exit_code == 0
        left.append(project.state()["alembic_version"]["rows"])
    assert left == [["('second',)"], ["('first',)"], [f"('{project.shipped}',)"]]
    upgrade(project.database)
    assert run("db", "downgrade", "--", "-2").exit_code == 0
    assert project.state()["alembic_version"]["rows"] == ["('first',)"]


def test_a_line_of_migrations_goes_down_alone(project: Project) -> None:  # noqa: F811
    three(project, FAILS)
    project.migrate("other", 'op.create_table("others", sa.Column("n", sa.Integer()))', after=project.shipped)
    upgrade(project.database)
    was = project.state()
    with pytest.raises(ZeroDivisionError):
        downgrade(project.database, f"first@{project.shipped}")
    assert project.state() == was
    project.migrate("join", "pass", after=["third", "other"])  # type: ignore[arg-type]
    upgrade(project.database)
    assert run("db", "downgrade").exit_code == 0
    assert project.state() == was
