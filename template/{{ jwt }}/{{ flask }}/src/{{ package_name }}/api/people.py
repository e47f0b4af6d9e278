"""Accounts, joined to the app."""

from flask import Flask

from ..accounts.services import Accounts
from ..settings import Settings
from . import api_keys, tokens, users
from .guard import guard


def add_accounts(app: Flask, settings: Settings) -> None:
    """Add the services and the views of accounts."""
    app.extensions["accounts"] = Accounts.build(app.extensions["services"].database, settings)
    guard(app)
    for part in (users, tokens, api_keys):
        app.register_blueprint(part.blueprint)
