"""The server: uvicorn, whichever framework the app is made with."""

import signal
import sys
from typing import Any

import uvicorn

from .. import logs
from ..settings import Settings
from . import create_app
from .asgi import asgi
from .gate import App, Gate
from .openapi import build_document
from .protocol import Protocol

OPTIONS: dict[str, Any] = {
    "http": Protocol,
    "log_config": None,
    "access_log": False,  # the middleware writes a line that has the request id
    "server_header": False,
    "ws": "none",  # until there is a WebSocket; it would take GET requests that ask for an upgrade
    "timeout_graceful_shutdown": 30,  # seconds that requests in flight have to finish
}


def load_app() -> App:
    """The app of one process of the server."""
    settings = Settings.load()
    logs.configure(settings)
    app = create_app(settings)
    build_document(app)  # before the first request has to wait for it
    return Gate(asgi(app), settings)


def serve(settings: Settings, workers: int = 1) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are finished first."""
    logs.configure(settings)
    # uvicorn repeats the signal that stopped it, so that SIGTERM would look like a crash.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    uvicorn.run(
        f"{__name__}:load_app",
        factory=True,
        host=settings.bind_host,
        port=settings.port,
        workers=workers,
        **OPTIONS,
    )
