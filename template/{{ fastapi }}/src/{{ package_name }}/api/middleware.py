"""What happens to every request: its id, its log line, the headers of its answer."""

import logging
from time import perf_counter

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from ..errors import problem
from ..settings import Settings
from .errors import ProblemResponse
from .headers import answer_headers, preflight_headers, request_id

log = structlog.get_logger("access")
failures = logging.getLogger("access")


class Edge:
    """Pure ASGI middleware, as Starlette's own is; a `BaseHTTPMiddleware` costs many times as much."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.cors_origins = settings.cors_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        began = perf_counter()
        method, get = scope["method"], Headers(scope=scope).get
        its_id = request_id(get("X-Request-ID"))
        added = answer_headers(get, its_id, self.cors_origins)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(added)
                if status == 204:  # no content, so no type of it
                    del headers["Content-Type"]
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        with bound_contextvars(request_id=its_id):
            try:
                preflight = preflight_headers(method, get, self.cors_origins)
                if preflight is not None:
                    await Response(status_code=204, headers=preflight)(scope, receive, answer)
                elif scope["path"].endswith("\n"):  # Starlette's patterns would pass over it
                    await ProblemResponse(problem(404))(scope, receive, answer)
                else:
                    # FastAPI's routes answer GET but not HEAD.
                    await self.app({**scope, "method": "GET"} if method == "HEAD" else scope, receive, answer)
            except Exception:
                failures.exception("unhandled error")
                if status:  # the answer is on its way: all that is left is to break it off
                    raise
                await ProblemResponse(problem(500))(scope, receive, answer)
            finally:
                if status:  # else the answer was late, and was given without the app
                    duration = round((perf_counter() - began) * 1000, 2)
                    log.info(
                        "request", method=method, path=scope["path"], status=status, duration_ms=duration
                    )
