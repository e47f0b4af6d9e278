"""What happens to every request: its id, its log line, the headers of its answer."""

import logging
from asyncio import sleep
from collections.abc import Callable
from time import perf_counter

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from ..errors import TooLarge, problem
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
        self.limit = settings.max_body_bytes

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
                else:
                    length = get("Content-Length") or "0"
                    limited = _limited(receive, length, self.limit, has_begun=lambda: status > 0)
                    await self.app(_routed(scope), limited, answer)
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


def _routed(scope: Scope) -> Scope:
    """The request as routes are to match it."""
    if scope["method"] == "HEAD":  # which FastAPI's routes do not answer, as they answer GET
        scope = {**scope, "method": "GET"}
    if scope["path"].endswith("\n"):  # over which Starlette's patterns would pass: let none match
        scope = {**scope, "path": f"{scope['path']}/"}
    return scope


def _limited(receive: Receive, content_length: str, limit: int, has_begun: Callable[[], bool]) -> Receive:
    """Receive a body up to the limit, whichever way it is read; more is a 413, without reading it.

    `FastAPI(max_body_size=...)` would put a 413 in plain text in the place of every answer to a request that
    is too long, such as a 401.
    """
    is_number = content_length.isdecimal() and len(content_length) < 19
    received = 0 if is_number and int(content_length) <= limit else limit + 1

    async def receive_within() -> Message:
        nonlocal received
        message: Message = {"type": "http.request"}
        if received <= limit:
            message = await receive()
            received += len(message.get("body", b""))
        if received > limit:
            await sleep(0)  # a stream asks for a disconnect just before it begins
            if not has_begun():
                raise HTTPException(TooLarge.status)
        while received > limit and message["type"] != "http.disconnect":
            message = await receive()
        return message

    return receive_within
