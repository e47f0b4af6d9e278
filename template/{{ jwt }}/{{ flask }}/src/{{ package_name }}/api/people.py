"""Accounts, joined to the app."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware

from ..accounts.services import Accounts
from ..settings import Settings
from . import api_keys, tokens, users
from .access import is_api
from .guard import guard

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def add_accounts(app: Flask, settings: Settings) -> None:
    """Add the services and the views of accounts."""
    app.extensions["accounts"] = Accounts.build(app.extensions["services"].database, settings)
    guard(app)
    for part in (users, tokens, api_keys):
        app.register_blueprint(part.blueprint)


class Guarded(Flask):
    """An app that does not serve what its guard cannot see."""

    _is_seen: Any = None  # the WSGI application that was looked through

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self.wsgi_app is not self._is_seen:
            self.require_seen()
        return super().__call__(environ, start_response)

    def require_seen(self) -> None:
        """Raise `RuntimeError` for what Werkzeug's middleware mounts below the API's prefix."""
        layer: Any = self.wsgi_app
        while layer is not None:
            for path in _mounted(layer):
                if is_api(path) or not path.strip("/"):
                    raise RuntimeError(
                        f"What is mounted at {path or '/'} would be open to anybody. "
                        "Make it a blueprint, or mount it outside of /api."
                    )
            layer = getattr(layer, "app", None)
        self._is_seen = self.wsgi_app


def _mounted(layer: object) -> Iterable[str]:
    if isinstance(layer, DispatcherMiddleware):
        return layer.mounts
    return [path for path, _ in layer.exports] if isinstance(layer, SharedDataMiddleware) else ()
