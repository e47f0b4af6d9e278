"""The command line: run the API, look at it, and look after its database."""

import json
import os
import socket
from pathlib import Path

import click
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError
from watchfiles import run_process

from .. import sqlite
from ..api import create_app, server
from ..api.openapi import build_document
from ..errors import AppError
from ..migrations import NoMigrationsError, NotMigratedError, require_current, upgrade
from ..services import Services
from ..settings import Settings, SettingsError
from .db import db
from .openapi import OutdatedError, check_option, write_option

# Failures whose message is a sentence for whoever runs a command, and those that a command mends.
TOLD = (SettingsError, NoMigrationsError, NotMigratedError, AppError, CommandError)
MENDED = {NotMigratedError: "db upgrade", OutdatedError: "openapi --write"}


class Commands(click.Group):
    """Tells every expected failure as a sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except tuple(MENDED) as error:
            prefix = "uv run " if "UV" in os.environ else ""  # which uv sets
            program = ctx.find_root().info_name
            raise click.ClickException(f"{error} Run: {prefix}{program} {MENDED[type(error)]}") from error
        except TOLD as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            raise click.ClickException(f"The database cannot be used: {error.orig}") from error


@click.group(cls=Commands)
def main() -> None:
    """Run this API, look at it, and look after its database."""


main.add_command(db)


@main.command()
def dev() -> None:
    """Serve while developing: migrate the local database, reload on changes."""
    settings = Settings.load()
    if "log_format" not in settings.model_fields_set:
        os.environ["LOG_FORMAT"] = "console"
    require_free_port(settings)
    migrate_if_local(settings)
    host = f"[{settings.bind_host}]" if ":" in settings.bind_host else settings.bind_host
    url = f"http://{host}:{settings.port}"
    click.echo(f"API            {url}/api/v1/items")
    click.echo(f"Documentation  {url}/docs and {url}/redoc")
    click.echo("Stop with Ctrl+C; a changed file restarts it.")
    watched = [path for path in (Path("src"), Path("migrations"), Path(".env")) if path.exists()]
    run_process(*watched, target=serve_again)


def serve_again() -> None:
    """Serve in a process of its own, which `dev` stops and starts."""
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl+C is for the process that watches; it stops this one
    try:
        settings = Settings.load()
        migrate_if_local(settings)
        server.serve(settings)
    except TOLD as error:
        click.echo(f"Error: {error}", err=True)


def migrate_if_local(settings: Settings) -> None:
    """Bring a local SQLite file up to date; require it of any other database."""
    with Services.opened(settings) as services:
        if sqlite.is_used(services.database.engine):
            upgrade(services.database)
        else:
            require_current(services.database)


@main.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes that serve.")
def serve(workers: int) -> None:
    """Serve in production. Refuses to start on a database that is not migrated."""
    settings = Settings.load()
    require_free_port(settings)
    with Services.opened(settings) as services:
        require_current(services.database)
    server.serve(settings, workers)


@main.command()
@check_option
@write_option
def openapi() -> None:
    """Print the OpenAPI document."""
    click.echo(json.dumps(build_document(create_app(Settings.load())), indent=2, ensure_ascii=False))


@main.command()
def routes() -> None:
    """List what the API answers."""
    for path, operations in build_document(create_app(Settings.load()))["paths"].items():
        for method, operation in operations.items():
            click.echo(f"{method.upper():7} {path:28} {operation['summary']}")


def require_free_port(settings: Settings) -> None:
    """Fail with a sentence when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in settings.bind_host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind_host, settings.port))
        except OSError as error:
            address = f"{settings.bind_host}:{settings.port}"
            raise click.ClickException(
                f"Cannot listen on {address} ({error.strerror}). Set PORT or BIND_HOST."
            ) from None
