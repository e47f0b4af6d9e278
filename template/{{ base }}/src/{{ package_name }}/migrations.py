"""The state of the database's schema; the migrations themselves are in the project's `migrations/`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

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


def upgrade(database: Database, revision: str = "heads") -> None:
    """Bring the schema to a revision; on SQLite, make the file first."""
    sqlite.create(database.engine)
    command.upgrade(config(database), revision)


def downgrade(database: Database, revision: str = "-1") -> None:
    """Take the schema down to a revision, or by one step.

    Raises Alembic's `CommandError` where that could be a step of several lines of migrations.
    """
    its = config(database)
    if revision == "-1":
        last = ScriptDirectory.from_config(its).get_revisions(_revisions(database))
        if len(last) > 1:
            each = " or ".join(f"{script.revision}@-1" for script in last)
            raise CommandError(f"Several migrations are the last of their line. Name the one: {each}")
        if last and isinstance(last[0].down_revision, tuple):
            revision = last[0].down_revision[0]  # which leaves the other lines that it joins as they are
    command.downgrade(its, revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the one that the code expects.

    Raises Alembic's `CommandError` when it is of a revision that `migrations/` does not have.
    """
    if sqlite.is_missing(database.engine):
        return False
    scripts = ScriptDirectory.from_config(config(database))
    current = _revisions(database)
    scripts.get_revisions(current)
    return set(current) == set(scripts.get_heads())


def _revisions(database: Database) -> tuple[str, ...]:
    """The revision of the schema; several while lines of migrations are not joined."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads()


def require_current(database: Database) -> None:
    """Raise `NotMigratedError` unless the schema is the one that the code expects."""
    if not is_current(database):
        raise NotMigratedError("The database is not migrated.")
