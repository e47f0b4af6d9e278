"""A migration that breaks a reference changes nothing, up or down."""

import pytest

from my_shop.migrations import upgrade

from .migrating import Project, project  # noqa: F401 (a fixture)
from .test_cli import run

MORE = ('op.create_table("more", sa.Column("n", sa.Integer()))', 'op.drop_table("more")')
FAMILY = """op.create_table("parents", sa.Column("id", sa.Integer(), primary_key=True))
op.create_table("children", sa.Column("parent", sa.Integer(), sa.ForeignKey("parents.id")))
op.execute("INSERT INTO parents VALUES (1), (2)")
op.execute("INSERT INTO children VALUES (1), (2)")
"""
DELETE = 'op.execute("DELETE FROM parents WHERE id = 2")'
BREAKS = f"{MORE[0]}\n{DELETE}"
BROKEN = (
    "Error: Rows of children would refer to rows of parents that are gone. The migration was undone."
    " Let it delete or change those rows first.\n"
)


def is_sqlite(project: Project) -> bool:  # noqa: F811
    return project.database.engine.dialect.name == "sqlite"


def test_an_upgrade_that_breaks_a_reference_changes_nothing(project: Project) -> None:  # noqa: F811
    project.migrate("family", FAMILY)
    upgrade(project.database)
    was = project.state()
    project.migrate("breaks", BREAKS)
    result = run("db", "upgrade")
    assert result.exit_code == 1
    assert not is_sqlite(project) or result.output == BROKEN
    assert project.state() == was


def test_a_downgrade_that_breaks_a_reference_changes_nothing(project: Project) -> None:  # noqa: F811
    project.migrate("family", FAMILY)
    project.migrate("breaks", "pass", BREAKS)
    project.migrate("third", "pass")
    upgrade(project.database)
    was = project.state()
    result = run("db", "downgrade", project.shipped)
    assert result.exit_code == 1
    assert not is_sqlite(project) or result.output == BROKEN
    assert project.state() == was
    with pytest.raises(Exception, match=r"(?i)foreign key"):  # which are checked again
        project.execute("DELETE FROM parents")


def test_an_upgrade_that_breaks_a_reference_in_a_block_of_its_own_does_not_commit_it(
    project: Project,  # noqa: F811
) -> None:
    project.migrate("family", FAMILY)
    upgrade(project.database)
    was = project.state()
    block = "with op.get_context().autocommit_block():\n    op.execute('DELETE FROM parents WHERE id = 2')"
    project.migrate("breaks", block)
    assert run("db", "upgrade").exit_code == 1
    assert project.state() == was


def test_references_that_another_tool_left_broken_stop_no_migration(project: Project) -> None:  # noqa: F811
    if not is_sqlite(project):
        pytest.skip("PostgreSQL lets no tool do that")
    upgrade(project.database)
    with project.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver
        driver.executescript(
            "PRAGMA foreign_keys = OFF; CREATE TABLE a (id INTEGER PRIMARY KEY);"
            "CREATE TABLE b (a INTEGER REFERENCES a); INSERT INTO b VALUES (1); PRAGMA foreign_keys = ON"
        )
    project.migrate("more", *MORE)
    for arguments in (["upgrade"], ["downgrade"]):
        result = run("db", *arguments)
        assert (result.exit_code, result.stderr) == (0, "")
