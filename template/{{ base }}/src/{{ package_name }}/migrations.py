"""The state of the database's schema; the migrations themselves are in the project's `migrations/`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from . import sqlite
from .database import Database


class NoMigrationsError(Exception):
    """The working directory is not the project's, so its migrations cannot be found."""


class NotMigratedError(Exception):
    """The schema is not the one that the code expects."""


def config(database: Database) -> Config:
    """Alembic's configuration, from `[tool.alembic]` of the project's `pyproject.toml`.

    Raises `NoMigrationsError` when the working directory is not the project's.
    """
    pyproject = Path("pyproject.toml")
    if not pyproject.exists() or not Path("migrations", "env.py").exists():
        raise NoMigrationsError(f"Run this in the project's folder: {Path.cwd()} has no migrations/.")
    its = Config(toml_file=pyproject)
    its.attributes["database"] = database
    return its


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision; on SQLite, make the file first."""
    sqlite.create(database.engine)
    command.upgrade(config(database), revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the one that the code expects.

    Raises Alembic's `CommandError` when it is of a revision that `migrations/` does not have.
    """
    if sqlite.is_missing(database.engine):
        return False
    scripts = ScriptDirectory.from_config(config(database))
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    scripts.get_revisions(current)
    return set(current) == set(scripts.get_heads())


def require_current(database: Database) -> None:
    """Raise `NotMigratedError` unless the schema is the one that the code expects."""
    if not is_current(database):
        raise NotMigratedError("The database is not migrated.")
