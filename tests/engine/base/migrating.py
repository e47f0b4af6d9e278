"""A project with migrations of its own, and what its database is: the whole schema, and all rows."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, select, text

from my_shop.database import Database
from my_shop.migrations import config

from .databases import Databases
from .test_cli import ROOT


class Project:
    """A folder with the project's migrations, and a database of its own that has no schema yet."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.shipped = self.head

    @property
    def head(self) -> str:
        """The last migration."""
        (head,) = ScriptDirectory.from_config(config(self.database)).get_heads()
        return head

    def migrate(self, revision: str, upgrade: str, downgrade: str = "pass", after: str | None = None) -> None:
        """Write a migration after the last one."""
        lines = ["import sqlalchemy as sa", "from alembic import op", ""]
        lines += [f"revision = {revision!r}", f"down_revision = {after or self.head!r}", ""]
        for name, body in (("upgrade", upgrade), ("downgrade", downgrade)):
            lines += [f"def {name}() -> None:", *(f"    {line}" for line in body.splitlines()), ""]
        (self.folder / f"migrations/versions/{revision}.py").write_text("\n".join(lines), "utf-8")

    def execute(self, *statements: str) -> None:
        """Change the database, as another tool does."""
        with self.database.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def state(self) -> dict[str, Any]:
        """Each table: its columns, keys, indexes and constraints, and its rows."""
        metadata, inspector = MetaData(), inspect(self.database.engine)
        metadata.reflect(self.database.engine)
        with self.database.engine.connect() as connection:
            return {
                name: {
                    "columns": [repr(column) for column in inspector.get_columns(name)],
                    "key": inspector.get_pk_constraint(name),
                    "indexes": _sorted(inspector.get_indexes(name)),
                    "unique": _sorted(inspector.get_unique_constraints(name)),
                    "references": _sorted(inspector.get_foreign_keys(name)),
                    "rows": sorted(map(repr, connection.execute(select(table)))),
                }
                for name, table in metadata.tables.items()
            }


def _sorted(found: Any) -> list[str]:
    return sorted(map(repr, found))


@pytest.fixture
def project(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """One whose database is the configured one."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "migrations", folder / "migrations")
    monkeypatch.chdir(folder)
    url = databases.new()
    monkeypatch.setenv("DATABASE_URL", url)
    database = Database(url)
    yield Project(folder, database)
    database.close()
