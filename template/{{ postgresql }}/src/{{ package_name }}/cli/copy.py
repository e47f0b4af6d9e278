"""The command line for moving to another database."""

from contextlib import closing

import click
from pydantic import ValidationError

from .. import copying
from ..database import Database
from ..settings import Settings


@click.command()
@click.argument("source")
@click.option("--without", metavar="TABLE", multiple=True, help="Leave out a table that no model has.")
def copy(source: str, without: tuple[str, ...]) -> None:
    """Copy all rows from the database at the URL SOURCE, such as sqlite:///app.db.

    They go into the database of DATABASE_URL, which must be migrated and empty. Stop what writes to
    the source first. Nothing is kept unless each table has the same count and checksum in both.
    """
    target_url = Settings.load().database_url
    try:
        Settings(database_url=source)
    except ValidationError as error:
        raise click.BadParameter(f"{source} {error.errors()[0]['ctx']['error']}.") from None
    with closing(Database(source)) as its, closing(Database(target_url)) as target:
        try:
            counts = copying.copy(its, target, without)
        except copying.CopyError as error:
            raise click.ClickException(str(error)) from error
    for name, count in counts.items():
        click.echo(f"{name:20} {count:9,}")
    click.echo("Counts and checksums are the same in both.")
