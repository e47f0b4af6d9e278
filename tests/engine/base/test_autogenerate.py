"""A new migration drops what the project made, and nothing else."""

import ast
from pathlib import Path
from textwrap import indent

import pytest
from sqlalchemy import Column, MetaData, String

from my_shop.autogenerate import Migrated
from my_shop.database import Base
from my_shop.migrations import upgrade

from .migrating import Project, project  # noqa: F401 (a fixture)
from .test_cli import run

# Some of these names are those of other things in the migrations: a table's is there a column's.
FOREIGN = [
    "CREATE TABLE spatial_ref_sys (srid INTEGER PRIMARY KEY, auth_name VARCHAR(256))",
    "CREATE INDEX ix_srs ON spatial_ref_sys (auth_name)",
    "CREATE TABLE client (id INTEGER PRIMARY KEY, srid INTEGER REFERENCES spatial_ref_sys)",
    "ALTER TABLE items ADD COLUMN fingerprint INTEGER REFERENCES spatial_ref_sys",
    "CREATE UNIQUE INDEX items_by_somebody ON items (description, price)",
    "INSERT INTO spatial_ref_sys VALUES (4326, 'EPSG')",
]
ON_POSTGRESQL = [
    "ALTER TABLE items ADD CONSTRAINT theirs UNIQUE (description, name)",
    "ALTER TABLE items ADD CHECK (price >= 0)",
]
ON_SQLITE = [
    "CREATE VIRTUAL TABLE items_text USING fts5(name, content='items')",
    "CREATE TRIGGER on_item AFTER INSERT ON items BEGIN INSERT INTO items_text (name) VALUES (new.name); END",
]


@pytest.fixture
def shared(project: Project) -> Project:  # noqa: F811
    """A project whose database another tool uses, too."""
    upgrade(project.database)
    is_sqlite = project.database.engine.dialect.name == "sqlite"
    project.execute(*FOREIGN, *(ON_SQLITE if is_sqlite else ON_POSTGRESQL))
    return project


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> MetaData:
    """The models, to be changed."""
    copied = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(copied)
    monkeypatch.setattr(Base, "metadata", copied)
    return copied


def written(project: Project) -> list[str]:  # noqa: F811
    """What `db revision` writes as the upgrade."""
    result = run("db", "revision", "-m", "Change")
    assert result.exit_code == 0, result.output
    (path,) = Path("migrations/versions").glob("*_change.py")
    (function,) = (
        node
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    return [ast.unparse(node) for node in function.body]


def test_what_another_tool_made_is_no_difference(shared: Project) -> None:
    assert run("db", "check").exit_code == 0
    assert written(shared) == ["pass"]


def test_a_field_is_added_and_nothing_is_dropped(shared: Project, models: MetaData) -> None:
    models.tables["items"].append_column(Column("colour", String(30)))
    assert run("db", "check").exit_code == 1
    (added,) = written(shared)
    assert added.splitlines() == [
        "with op.batch_alter_table('items', schema=None) as batch_op:",
        "    batch_op.add_column(sa.Column('colour', sa.String(length=30), nullable=True))",
    ]
    was = shared.state()
    for arguments in (["upgrade"], ["downgrade"]):
        assert run("db", *arguments).exit_code == 0
    assert shared.state().keys() == was.keys()
    assert [shared.state()[name] for name in ("spatial_ref_sys", "client")] == [
        was[name] for name in ("spatial_ref_sys", "client")
    ]


def test_what_a_model_no_longer_has_is_dropped(shared: Project, models: MetaData) -> None:
    models.remove(models.tables["idempotency_keys"])
    items = models.tables["items"]
    items._columns.remove(items.c.description)
    (index,) = (index for index in items.indexes if str(index.name).endswith("price_id"))
    items.indexes.remove(index)
    dropped = "\n".join(written(shared))
    assert dropped.count("drop_") == 4
    for each in (
        "drop_index(batch_op.f('ix_idempotency_keys_claimed_at'))",
        "op.drop_table('idempotency_keys')",
        f"drop_index(batch_op.f('{index.name}'))",
        "drop_column('description')",
    ):
        assert each in dropped


def test_another_tools_table_stays_its_own_when_a_migration_changes_it(shared: Project) -> None:
    change = """op.add_column("spatial_ref_sys", sa.Column("mine", sa.Integer()))
with op.batch_alter_table("client") as batch:
    batch.add_column(sa.Column("mine", sa.Integer()))
"""
    shared.migrate("mine", change)
    upgrade(shared.database)
    assert written(shared) == ["pass"]


def test_a_table_of_a_project_that_has_no_model_any_more_is_dropped(project: Project) -> None:  # noqa: F811
    project.migrate("mine", 'op.create_table("suppliers", sa.Column("id", sa.Integer(), primary_key=True))')
    upgrade(project.database)
    assert written(project) == ["op.drop_table('suppliers')"]


def test_one_that_the_project_dropped_may_be_anothers(project: Project) -> None:  # noqa: F811
    project.migrate("mine", 'op.create_table("suppliers", sa.Column("id", sa.Integer(), primary_key=True))')
    project.migrate("gone", 'op.drop_table("suppliers")', 'op.create_table("suppliers", sa.Column("id"))')
    upgrade(project.database)
    project.execute("CREATE TABLE suppliers (id INTEGER)")
    assert run("db", "check").exit_code == 0


MADE: dict[str, dict[str, set[str]]] = {
    'op.create_table("a", sa.Column("x", sa.Integer()), sa.Column(op.f("y")))': {"a": {"x"}},
    'op.create_table("a", sa.Column("x"))\nop.add_column("a", sa.Column("y"))': {"a": {"x", "y"}},
    'op.create_table("a", sa.Column("x"))\nop.rename_table("a", "b")': {"b": {"x"}},
    'op.create_table("a", sa.Column("x"))\nop.drop_table("a")': {},
    'op.create_table("a", sa.Column("x"))\nop.drop_column("a", "x")': {"a": set()},
    'op.add_column("a", sa.Column("x"))\nop.alter_column("a", "x", new_column_name="y")': {"a": {"y"}},
    'with op.batch_alter_table("a") as batch:\n    batch.add_column(sa.Column("x"))': {"a": {"x"}},
    'with op.batch_alter_table("a") as its:\n    its.alter_column("x", new_column_name="y")': {"a": {"y"}},
    'with op.batch_alter_table("a") as its:\n    its.add_column(sa.Column("x"))\n    its.drop_column("x")': {
        "a": set()
    },
    'with op.batch_alter_table("a"):\n    op.add_column("b", sa.Column("x"))': {"b": {"x"}},
    "op.execute('CREATE TABLE a (x INTEGER)')\nfor name in NAMES:\n    op.create_table(name)": {},
}


DOWNGRADE = 'def downgrade():\n    op.create_table("again", sa.Column("z"))'


@pytest.mark.parametrize("source", MADE)
def test_what_the_migrations_made_is_read(source: str) -> None:
    migrated = Migrated()
    migrated.visit(ast.parse(f"def upgrade():\n{indent(source, '    ')}\n{DOWNGRADE}"))
    assert {table: columns for table, columns in migrated.columns.items() if table} == MADE[source]
    assert migrated.tables == ({*MADE[source]} if "create_table" in source else set())
