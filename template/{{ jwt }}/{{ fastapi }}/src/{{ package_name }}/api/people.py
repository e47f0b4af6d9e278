"""Accounts, joined to the app."""

from fastapi import FastAPI

from ..accounts.services import Accounts
from ..settings import Settings
from . import api_keys, tokens, users
from .guard import Guard


def add_accounts(app: FastAPI, settings: Settings) -> None:
    """Add the services and the routes of accounts."""
    app.state.accounts = Accounts.build(app.state.services.database, settings)
    app.add_middleware(Guard)
    for part in (users, tokens, api_keys):
        app.include_router(part.router)
