"""The command line for the database."""

import click
from alembic import command

from .. import migrations
from ..seeds import seed as plant
from ..services import Services
from ..settings import Settings


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.argument("revision", default="heads")
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION (the newest one by default)."""
    with Services.opened(Settings.load()) as services:
        migrations.upgrade(services.database, revision)
    click.echo("The database is migrated.")


@db.command()
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Take the schema down to REVISION (one step by default)."""
    with Services.opened(Settings.load()) as services:
        migrations.downgrade(services.database, revision)


@db.command()
@click.option("-m", "--message", required=True, help="What changes, as in 'Add colour to items'.")
def revision(message: str) -> None:
    """Write the migration from the database to the models."""
    with Services.opened(Settings.load()) as services:
        migrations.require_current(services.database)
        its = migrations.config(services.database)
        command.revision(its, message, autogenerate=True, head="heads")  # joins lines of migrations


@db.command()
def check() -> None:
    """Fail when the models need a migration that is not written."""
    with Services.opened(Settings.load()) as services:
        migrations.require_current(services.database)
        command.check(migrations.config(services.database))


@db.command()
def seed() -> None:
    """Create a few items to look at."""
    with Services.opened(Settings.load()) as services:
        migrations.require_current(services.database)
        click.echo(f"Created {plant(services)} items.")
