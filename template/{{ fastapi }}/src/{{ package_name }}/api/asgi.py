"""How the server calls the app: as it is, for FastAPI speaks ASGI."""

from fastapi import FastAPI

from .gate import App


def asgi(app: FastAPI) -> App:
    """The app as an ASGI application."""
    return app
