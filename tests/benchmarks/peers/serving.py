"""Serves a peer: `python -m peers.serving bare_fastapi`, with `DATABASE_URL` and `PORT`.

By uvicorn as it is by itself: with uvloop and httptools, in one process, and with a line for each request, as
ours has one; `--no-access-log` leaves that away. A Flask app is called by the adapter of our Flask project.
"""

import os
import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import uvicorn
from flask import Flask


def load(name: str) -> Any:
    """The ASGI application of a peer."""
    app = import_module(f"{__package__}.{name}").app
    return threaded(app) if isinstance(app, Flask) else app


def threaded(app: Flask) -> Any:
    """A Flask app as ours is served. What it does not have, the adapter needs nevertheless."""
    from my_shop.api.asgi import Threaded
    from my_shop.settings import Settings

    app.extensions.setdefault("settings", Settings())
    app.extensions.setdefault("services", SimpleNamespace(database=SimpleNamespace(close=bool)))
    return Threaded(app)


if __name__ == "__main__":
    uvicorn.run(
        load(sys.argv[1]),
        port=int(os.environ["PORT"]),
        access_log="--no-access-log" not in sys.argv,
    )
