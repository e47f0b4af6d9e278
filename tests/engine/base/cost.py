"""What a request costs: the app is asked in this process, from the gate on, and its CPU time is taken."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import process_time
from typing import Any
from uuid import uuid4

from my_shop.api import create_app
from my_shop.api.asgi import asgi
from my_shop.api.gate import Gate
from my_shop.settings import Settings

from .people import HEADERS

RATIO = 10
"""How many times the CPU of a valid request of the same kind and size a hostile one may take."""

FLOOR = 0.001
"""Seconds of CPU that a valid request counts as at least, so that ratios of tiny numbers do not decide."""

ITEMS = "/api/v1/items"
JSON = (b"content-type", b"application/json")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""


Make = Callable[[], Request]


def create(body: bytes = b"", size: int = 0, *headers: tuple[bytes, bytes], query: bytes = b"") -> Request:
    """Return a request for a new item; a valid one, padded with blanks, unless it has a body."""
    body = body or b'{"name":"%b","price":"1.50"}' % uuid4().hex.encode()
    return Request("POST", ITEMS, query, (JSON, *headers), body.ljust(size))


class Costs:
    """An app, and what it takes to answer."""

    def __init__(self, runner: asyncio.Runner, app: Any) -> None:
        self.runner, self.app = runner, app
        self.body = b""  # of the last answer

    def ask(self, request: Request) -> tuple[float, int]:
        """Return the seconds of CPU, and the status."""
        headers = [(b"host", b"x"), *request.headers]
        if not any(name == b"authorization" for name, _ in headers):
            headers += [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
        if request.body:
            headers.append((b"content-length", str(len(request.body)).encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": request.path,
            "raw_path": request.path.encode(),
            "root_path": "",
            "query_string": request.query,
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        left = [{"type": "http.request", "body": request.body, "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return left.pop() if left else await asyncio.Future()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async def answer() -> float:
            began = process_time()
            await self.app(scope, receive, send)
            return process_time() - began

        took = self.runner.run(answer())
        self.body = b"".join(message.get("body", b"") for message in sent)
        return took, sent[0]["status"]

    def least(self, make: Make, status: int, runs: int = 10) -> float:
        """Return the least that a valid request costs, but `FLOOR` at least."""
        answers = [self.ask(make()) for _ in range(runs)]
        assert {told for _, told in answers} == {status}
        return max(FLOOR, min(cost for cost, _ in answers))

    def dear(self, valid: float, requests: Iterable[tuple[str, Request]]) -> dict[str, float]:
        """Return the ratios of those that cost more than `RATIO` times what a valid one does.

        The least of several runs counts, for a busy machine makes single ones dearer.
        """
        found = {}
        for name, request in requests:
            cost = valid * RATIO + 1
            for _ in range(5):
                took, status = self.ask(request)
                assert status < 500, name
                cost = min(cost, took)
                if cost < valid * RATIO:
                    break
            else:
                found[name] = round(cost / valid, 1)
        return found


@contextmanager
def costs_of(settings: Settings) -> Iterator[Costs]:
    """Start the app, and stop it at the end."""
    app = Gate(asgi(create_app(settings)), settings)
    messages: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    started: asyncio.Queue[Any] = asyncio.Queue()

    async def start() -> asyncio.Task[None]:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        life = asyncio.create_task(app(scope, messages.get, started.put))
        await messages.put({"type": "lifespan.startup"})
        await started.get()
        return life

    async def stop(life: asyncio.Task[None]) -> None:
        await messages.put({"type": "lifespan.shutdown"})
        await life

    with asyncio.Runner() as runner:
        life = runner.run(start())
        yield Costs(runner, app)
        runner.run(stop(life))


def filled(
    start: bytes, part: bytes, end: bytes, size: int, between: bytes = b",", most: int = 10**9
) -> bytes:
    """Return as many parts as make a text of this size, or the most."""
    count = max(1, (size - len(start) - len(end)) // (len(part) + len(between)))
    return start + between.join([part] * min(count, most)) + end


def numbered(part: bytes, size: int, between: bytes = b",", most: int = 10**9) -> bytes:
    """Return parts with a number in each, as many as make a text of this size, or the most."""
    parts, left, number = [], size, 0
    while left > 0 and number <= most:
        parts.append(part % number)
        left -= len(parts[-1]) + len(between)
        number += 1
    return between.join(parts[:-1])
