"""A client cannot tell the two apart. (The generated tests are the contract, and the same files in both.)"""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx2
import pytest
from conftest import Make, run
from serving import serving
from variants import PAIR

NAMED = {
    "allow",
    "content-type",
    "etag",
    "link",
    "location",
    "retry-after",
    "x-request-id",
    "cache-control",
    "vary",
}


def test_the_commands_are_equal(installed: Make) -> None:
    for command in (
        ["openapi"],
        ["routes"],
        ["--help"],
        ["openapi", "--help"],
        ["db", "--help"],
        ["serve", "--help"],
    ):
        fastapi, flask = (
            run(installed(variant) / ".venv/bin/my-shop", *command, cwd=installed(variant)).stdout
            for variant in PAIR
        )
        assert fastapi == flask


@pytest.fixture(scope="module")
def servers(installed: Make, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    """The ports of both real servers."""
    with ExitStack() as stack:
        urls = [
            stack.enter_context(serving(installed(variant), tmp_path_factory.mktemp(variant), "serve")).url
            for variant in PAIR
        ]
        yield [int(url.rpartition(":")[2]) for url in urls]


def test_the_documents_are_equal_to_the_byte(servers: list[int]) -> None:
    fastapi, flask = (httpx2.get(f"http://127.0.0.1:{port}/openapi.json").content for port in servers)
    assert fastapi == flask
    assert len(fastapi) > 10_000


def ask(port: int, request: bytes) -> tuple[int, dict[str, str], str]:
    """The status, the headers that the contract names, and the body; without what is new each time."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    answer = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", answer)
    answer = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", answer)
    head, _, body = answer.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    told = re.sub(r'("pointer":"[^"]*","detail":)"(?:[^"\\]|\\.)*"', r"\1_", body)
    return int(first.split()[1]), {name: headers[name] for name in sorted(NAMED & set(headers))}, told


LAMP = b'{"name": "Lamp %d", "price": "12.50"}'
BODY = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"

ODD = [
    b"GET /api/v1/items",
    b"GET /api/v1/items?name=%FF",
    b"GET /api/v1/items?name=" + b"%FF" * 40,
    b"GET /api/v1/items?name=a%20b+c",
    b"GET /api/v1/items?limit=1&limit=2",
    b"GET /api/v1/items?sort=price;limit=1",
    b"GET /api/v1/items%0A",
    b"GET /api/v1/items/",
    b"GET //api/v1/items",
    b"GET /api/v1/./items",
    b"GET /api/v1/items/..",
    b"GET /api%2Fv1/items",
    b"GET /api/v1/items/%00",
    b"GET /api/v1/items/01890000-0000-7000-8000-00000000000A",
    b"GET /api/v1/items/0189000000007000800000000000000a",
    b"HEAD /api/v1/items",
    b"OPTIONS /api/v1/items",
    b"PUT /api/v1/items/01890000-0000-7000-8000-000000000000",
    b"GET /docs/" + b"x" * 1000,
]
HEADERS = [
    b"X-Request-ID: a\r\nX-Request-ID: b\r\n",
    b"X-Request-ID:    abc   \r\n",
    b"X-Request-ID: " + b"x" * 129 + b"\r\n",
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
    b"Cookie: a=\xc3\xa9\r\n",
    b"Origin: https://evil.example\r\n",
]
BODIES = [
    LAMP % 1,
    LAMP % 1,
    b"",
    b"{",
    b"\xef\xbb\xbf" + LAMP % 2,
    b'{"\\ud800": 1, "name": "Lamp 3", "price": 1}',
    b'{"name": "\\ud800", "price": 1}',
    b'{"name": "Lamp 4", "name": "Lamp 5", "price": 1}',
    b'{"name": "Lamp 6", "price": NaN}',
    b'{"name": "Lamp 7", "price": 1e400}',
    b"[" * 50_000,
    b'{"price": ' + b"9" * 5000 + b"}",
    b"[]",
]

KEYS = [
    b"",
    b"a b",
    b"a\r\nIdempotency-Key: b",
    b"caf\xc3\xa9",
    b"x" * 129,
    b"x" * 128,
    b"   8e03978e   ",
    b'"8e03978e"',
    b"8e03978e",
]


def test_odd_requests_are_answered_alike_by_the_real_servers(servers: list[int]) -> None:
    last = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    requests = [line + last + b"\r\n" for line in ODD]
    requests += [b"GET /api/v1/items" + last + header + b"\r\n" for header in HEADERS]
    requests += [b"POST /api/v1/items" + last + BODY % (len(body), body) for body in BODIES]
    requests += [
        b"POST /api/v1/items" + last + b"Idempotency-Key: " + key + b"\r\n" + BODY % (len(body), body)
        for n, key in enumerate(KEYS, 10)
        for body in (LAMP % n, LAMP % n, LAMP % (n + 100))
    ]
    for request in requests:
        fastapi, flask = (ask(port, request) for port in servers)
        assert fastapi == flask, request[:200]
        assert fastapi[0] < 500, request[:200]
