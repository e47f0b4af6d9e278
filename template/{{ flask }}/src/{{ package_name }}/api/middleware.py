"""What happens to every request: its id, its log line, the headers of its answer."""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from .headers import answer_headers, preflight_headers, request_id

log = structlog.get_logger("access")


def register(app: Flask) -> None:
    """Let the app do it."""
    cors_origins = app.extensions["settings"].cors_origins

    @app.before_request
    def begin() -> Response | None:
        g.began = perf_counter()
        g.request_id = request_id(request.headers.get("X-Request-ID"))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        preflight = preflight_headers(request.method, request.headers.get, cors_origins)
        return None if preflight is None else Response(status=204, headers=preflight)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers.update(answer_headers(request.headers.get, g.request_id, cors_origins))
        duration = round((perf_counter() - g.began) * 1000, 2)
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            duration_ms=duration,
        )
        return response
