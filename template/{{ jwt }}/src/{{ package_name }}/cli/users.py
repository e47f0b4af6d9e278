"""The command line for those who have an account."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import click

from ..accounts.ownership import Caller, acting
from ..accounts.services import Accounts
from ..migrations import require_current
from ..services import Services
from ..settings import Settings


@contextmanager
def opened() -> Iterator[Accounts]:
    """The services of accounts, on a database that is migrated."""
    settings = Settings.load()
    with Services.opened(settings) as services:
        require_current(services.database)
        yield Accounts.build(services.database, settings)


def acting_as(command: Callable[[], None]) -> Callable[[str], None]:
    """Give a command the option of the user for whom it acts."""

    @click.option("--as", "email", required=True, help="The email address of the user whose they are to be.")
    @wraps(command)
    def acts(email: str) -> None:
        with opened() as accounts:
            user = accounts.users.find(email)
        with acting(Caller(user.id)):
            command()

    return acts


def asked_password() -> str:
    """The password, which is asked for, or the first line of what is piped in."""
    if sys.stdin.isatty():
        answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")


@click.group()
def users() -> None:
    """Look after those who have an account."""


@users.command()
@click.argument("email")
@click.option("--admin", is_flag=True, help="One who may ask for the scope `admin`: everybody's items.")
def create(email: str, admin: bool) -> None:
    """Create the user EMAIL; the password is asked for, or piped in."""
    with opened() as accounts:
        user = accounts.users.create(email=email, password=asked_password(), is_admin=admin)
    click.echo(f"Created {user.email}{', an admin' if admin else ''}.")


@users.command()
@click.argument("email")
def password(email: str) -> None:
    """Give EMAIL another password, and end their tokens and API keys."""
    with opened() as accounts:
        user = accounts.users.set_password(accounts.users.find(email), asked_password())
    click.echo(f"Changed the password of {user.email}.")


@users.command()
@click.argument("email")
def delete(email: str) -> None:
    """Delete EMAIL, with all that is theirs."""
    with opened() as accounts:
        user = accounts.users.find(email)
        click.confirm(f"Delete {user.email}, with all that is theirs?", abort=True)
        accounts.users.delete(user.id)
    click.echo(f"Deleted {user.email}.")


@users.command()
@click.argument("email")
def adopt(email: str) -> None:
    """Give EMAIL the items that were there before there were accounts."""
    with opened() as accounts:
        count = accounts.users.adopt(accounts.users.find(email).id)
    click.echo(f"{count} items are theirs now.")
