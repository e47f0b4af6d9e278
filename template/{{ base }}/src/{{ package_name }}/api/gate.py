"""What lets requests in: whole, no larger than the settings allow, and answered in time.

It is between the server and the app, whichever framework that is made with.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, cast

import orjson
import structlog

from ..errors import RETRY_AFTER, problem
from ..settings import Settings
from .headers import answer_headers, request_id

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]

log = structlog.get_logger("access")

HEADERS_MAX = 100
"""The most header lines of a request."""

# A name with its labels (RFC 3986, section 3.2.2, of the lengths of DNS), or an IPv6 address; and a port.
_LABEL = rb"[\w~!$&'()*+,;=%-]{1,63}"
_HOST = re.compile(rb"(?:%b(?:\.%b)*\.?|\[[0-9A-Fa-f:.]+\])?(?::[0-9]{0,5})?" % (_LABEL, _LABEL))
_LENGTH = re.compile(rb"[0-9]{1,20}")  # those of 64 bits have 20 digits


class Gate:
    """ASGI middleware (https://asgi.readthedocs.io/en/stable/specs/www.html)."""

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        headers = known(scope["headers"][:HEADERS_MAX])  # all of them, unless they are too many
        if status := self._too_long(scope) or _unreadable(scope):
            await self._refuse(status, scope, headers, send)
            return
        try:
            receive = await _arrived(headers, receive, self.settings)
        except TimeoutError:
            await self._refuse(408, scope, headers, send)
        except ConnectionError:
            log.info("the client went away", request_id=headers[b"x-request-id"].decode())
        else:
            scope["headers"] = list(headers.items())
            await self._answer(scope, receive, send, headers)

    def _too_long(self, scope: Scope) -> int | None:
        """The status that tells so."""
        if len(scope["raw_path"]) + len(scope["query_string"]) > self.settings.max_url_bytes:
            return 414
        headers = scope["headers"]
        if len(headers) > HEADERS_MAX:
            return 431
        if sum(len(name) + len(value) for name, value in headers) > self.settings.max_header_bytes:
            return 431
        return None

    async def _answer(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        """Let the app answer in time. What has not begun by then never does; the rest goes on unheard."""
        refused: asyncio.Task[None] | None = None

        async def answer(message: Message) -> None:
            timer.cancel()  # an answer that has begun may stream for as long as it likes
            if refused is None:
                await send(message)

        def give_up() -> None:
            nonlocal refused
            refused = asyncio.create_task(self._refuse(503, scope, headers, send))
            task.cancel()

        task = cast("asyncio.Task[None]", asyncio.current_task())
        timer = asyncio.get_running_loop().call_later(self.settings.request_seconds, give_up)
        try:
            await self.app(scope, receive, answer)
        except asyncio.CancelledError:
            if refused is None:  # the server stops
                raise
            task.uncancel()
        finally:
            timer.cancel()
            if refused is not None:
                await refused

    async def _refuse(self, status: int, scope: Scope, headers: dict[bytes, bytes], send: Send) -> None:
        where = {"method": scope["method"], "path": scope["path"]}
        answered, body = refusal(status, headers, self.settings.cors_origins, **where)
        await send({"type": "http.response.start", "status": status, "headers": answered})
        await send({"type": "http.response.body", "body": body})


def _unreadable(scope: Scope) -> int | None:
    """Return 400 without one `Host` that is one (RFC 9112, section 3.2), and for a length that is none."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    missing = not hosts and scope["http_version"] != "1.0"
    wrong = not all(map(_HOST.fullmatch, hosts)) or not all(map(_LENGTH.fullmatch, lengths))
    return 400 if missing or wrong or len(hosts) > 1 else None


async def _arrived(headers: dict[bytes, bytes], receive: Receive, settings: Settings) -> Receive:
    """Wait for the whole body, or for more of it than the limit; then it is received in one message.

    Raises `TimeoutError`, or `ConnectionError` when the client goes away meanwhile.
    """
    promised, limit = int(headers.get(b"content-length", 0)), settings.max_body_bytes
    if promised > limit or not (promised or b"transfer-encoding" in headers):
        return receive  # the app refuses it unread, or there is none
    body, more = bytearray(), True
    async with asyncio.timeout(settings.request_seconds):
        while more and len(body) <= limit:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError
            body += message["body"]
            more = message["more_body"]
    messages = iter([{"type": "http.request", "body": bytes(body), "more_body": more}])

    async def receive_again() -> Message:
        return next(messages, None) or await receive()

    return receive_again


def known(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """One value for each name, without blanks around it (RFC 9110, section 5.3), and a sound request id."""
    folded: dict[bytes, bytes] = {}
    for name, value in headers:
        if name not in folded:
            folded[name] = value.strip(b" \t")
        elif name not in {b"content-length", b"content-type", b"host"}:
            folded[name] += (b"; " if name == b"cookie" else b", ") + value.strip(b" \t")
    folded[b"x-request-id"] = request_id(folded.get(b"x-request-id", b"").decode("latin-1")).encode()
    return folded


def refusal(
    status: int, headers: dict[bytes, bytes], cors_origins: tuple[str, ...] = (), **where: str
) -> tuple[RawHeaders, bytes]:
    """The headers and the body of an answer without the app; it is logged here."""

    def get(name: str) -> str | None:
        value = headers.get(name.lower().encode())
        return None if value is None else value.decode("latin-1")

    its_id = headers[b"x-request-id"].decode()
    log.info("refused", request_id=its_id, status=status, **where)
    body = orjson.dumps(problem(status))
    answered = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **(RETRY_AFTER if status == 503 else {}),
        **answer_headers(get, its_id, cors_origins),
    }
    return [(name.lower().encode(), value.encode()) for name, value in answered.items()], body
