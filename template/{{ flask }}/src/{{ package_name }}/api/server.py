"""The server: granian. docs/decisions of the template tells what it was measured against."""

import signal

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from .. import logs
from ..settings import Settings
from . import create_app
from .openapi import build_document

GRACE = 30
"""Seconds that requests in flight have to finish once the server is told to stop."""


def load_app(_target: str = "") -> Flask:
    """The app of one process of the server."""
    # Until it serves, the process would not hear SIGTERM: it inherits granian's handler.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    settings = Settings.load()
    logs.configure(settings)
    app = create_app(settings)
    build_document(app)  # before the first request has to wait for it
    return app


def serve(settings: Settings, workers: int = 1) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are finished first."""
    logs.configure(settings)
    Granian(
        f"{__name__}:load_app",
        address=settings.bind_host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=settings.threads,
        workers_kill_timeout=GRACE,
        # Only HTTP/1 has a time limit on headers, and so protection from slow clients.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024),
        websockets=False,
        log_dictconfig={"loggers": {"_granian": {}}},  # its lines go where all others go
    ).serve(target_loader=load_app)
