"""No bytes in front of a body burn CPU either: the parser of the server takes them at a bounded cost.

As in `test_cost.py`. A connection is fed what one read from a socket may give: 256 KiB.
"""

import asyncio
from collections.abc import Iterator
from time import process_time
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
from uvicorn.server import ServerState

from my_shop.api import server
from my_shop.api.protocol import Protocol
from my_shop.settings import Settings

from .cost import FLOOR, RATIO, Costs, costs_of
from .people import HEADERS

CALLER = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode()
GET = b"GET /api/v1/items HTTP/1.1\r\nHost: x\r\n" + CALLER
POST = b"POST /api/v1/items HTTP/1.1\r\nHost: x\r\n" + CALLER + b"Content-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


class Transport(asyncio.Transport):
    """A connection to nobody."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 80)})
        self.written = b""
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


@pytest.fixture
def costs(settings: Settings) -> Iterator[Costs]:
    with costs_of(settings) as costs:
        yield costs


def ask(costs: Costs, settings: Settings, data: bytes) -> tuple[float, int]:
    """Return the seconds of CPU, and the status."""
    options = {**server.options(settings), "app": costs.app, "factory": False}

    async def asking() -> float:
        config = uvicorn.Config(**options)
        config.load()
        transport = Transport()
        protocol = Protocol(config=config, server_state=ServerState(), app_state={})
        protocol.connection_made(transport)
        began = process_time()
        protocol.data_received(data)
        while not transport.written:
            await asyncio.sleep(0.0005)
        took = process_time() - began
        told.append(transport.written)
        protocol.connection_lost(None)
        return took

    told: list[bytes] = []
    return costs.runner.run(asking()), int(told[0].split()[1])


def valid(size: int) -> bytes:
    """Return a request for a new item, padded with blanks."""
    body = b'{"name":"%b","price":"1"}' % uuid4().hex.encode()
    return POST + b"Content-Length: %d\r\n\r\n%b" % (size, body.ljust(size))


def heads(size: int) -> Iterator[tuple[str, bytes, int]]:
    for line in (b"a:\r\n", b"Upgrade:\r\n", b"Cookie: a\r\n", b"X-Request-ID: a\r\n"):
        yield f"lines {line!r}", GET + line * (size // len(line)) + b"\r\n", 431
    numbered = b"".join(b"x%x:\r\n" % number for number in range(size // 9))
    yield "distinct lines", GET + numbered + b"\r\n", 431
    yield "folded lines", GET + b"a:\r\n" + b" b\r\n" * (size // 4) + b"\r\n", 400
    yield "empty lines before", b"\r\n" * (size // 2) + GET + b"\r\n", 200
    yield "line feeds before", b"\n" * size + GET + b"\r\n", 200
    yield "trailers", CHUNKED + b"0\r\n" + b"a:\r\n" * (size // 4) + b"\r\n", 400
    yield "chunk extensions", CHUNKED + b"1;" + b"a=b;" * (size // 4) + b"\r\n{\r\n0\r\n\r\n", 400
    yield "one chunk for each byte", CHUNKED + b"1\r\n \r\n" * (size // 6) + b"0\r\n\r\n", 400
    yield "a length of many digits", POST + b"Content-Length: " + b"9" * size + b"\r\n\r\n", 400
    yield "a version of many digits", GET.replace(b"1.1", b"1." + b"9" * size) + b"\r\n", 400


@pytest.mark.parametrize("size", [8_000, 64_000, 250_000])
def test_no_connection_burns_cpu(costs: Costs, settings: Settings, size: int) -> None:
    least = max(FLOOR, min(ask(costs, settings, valid(size))[0] for _ in range(10)))
    for name, data, status in heads(size):
        answers = [ask(costs, settings, data) for _ in range(5)]
        assert {told for _, told in answers} <= {status, 431}, name
        assert min(cost for cost, _ in answers) < least * RATIO, name
