"""No query, path or header burns CPU, as `test_cost.py` has it."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from uuid import uuid4

import pytest

from my_shop.settings import Settings

from .cost import ITEMS, JSON, Costs, Request, costs_of, create, filled, numbered


@pytest.fixture
def costs(settings: Settings) -> Iterator[Costs]:
    with costs_of(settings) as costs:
        yield costs


# Queries and paths: the longest valid query is far shorter, so its cost is compared as it is.


def queries(size: int) -> Iterator[tuple[str, bytes]]:
    for part in (b"%x=1", b"%x", b"name=%d", b"%%41%x=%%41", b"~/~/%x=1", b"limit=%d"):
        yield f"many {part!r}", numbered(part, size, b"&")
        yield f"a hundred {part!r}", numbered(part, size, b"&", most=100)
        yield f"a hundred long {part!r}", numbered(b"~" * (size // 100 - 20) + part, size, b"&", most=100)
    for part in (b"%41", b"%zz", b"%ff", b"%", b"+", b"&", b"%C3%A4", b"\xff", b";"):
        yield f"name of {part!r}", filled(b"name=", part, b"", size, b"")
    for name in (b"limit=", b"sort=", b"cursor="):
        yield f"long {name!r}", filled(name, b"9", b"", size, b"")
    sorts = {"name": '"%s"', "price": '"%s"', "created_at": '"%s"', "id": "%s", "x": "[%s"}
    for sort, value in sorts.items():
        for unit in ("9", "9,", "[", "\\u0041", '{"a":', '"",'):
            inner = value % (unit * (size * 3 // 5 // len(unit)))
            cursor = urlsafe_b64encode(f'["{sort}",{inner},"{uuid4()}"]'.encode())
            yield f"cursor of {sort} with {unit!r}", b"sort=%b&cursor=%b" % (sort.encode(), cursor)


def test_no_query_burns_cpu(costs: Costs) -> None:
    valid = costs.least(lambda: Request("GET", ITEMS, b"name=" + b"%F0%9F%98%80" * 80), 200)
    for size in (1000, 8000):
        each = list(queries(size))
        assert costs.dear(valid, ((name, Request("GET", ITEMS, query)) for name, query in each)) == {}
        assert costs.dear(valid, ((name, create(query=query)) for name, query in each)) == {}


def test_no_path_burns_cpu(costs: Costs) -> None:
    valid = costs.least(lambda: Request("GET", ITEMS), 200)
    parts = ["/", "/a", "/../", "//", "-", "0", "%2F", "%41", "%", "Ā", "\n", "\0", ITEMS]
    paths = [start + part * (8000 // len(part)) for part in parts for start in ("/", f"{ITEMS}/", "/docs/")]
    assert costs.dear(valid, ((path[:30], Request("GET", path)) for path in paths)) == {}


# Headers.

NAMES = "if-match if-none-match idempotency-key x-request-id cookie accept origin authorization content-type"
OTHERS = "host accept-encoding accept-language range transfer-encoding forwarded x-forwarded-for date a_b x"
UNITS = [
    b"a",
    b"a,",
    b";a=b",
    b'"',
    b" ",
    b"\\",
    b"a/b;q=0.1,",
    b"=?",
    b'"1",',
    b"W/",
    b'W/"',
    b'"a',
    b"9",
    b"\xff",
]


def headers(size: int) -> Iterator[tuple[str, tuple[tuple[bytes, bytes], ...]]]:
    for name in f"{NAMES} {OTHERS}".encode().split():
        yield f"lines of {name!r}", ((name, b"a"),) * (size // (len(name) + 1))
        yield f"empty lines of {name!r}", ((name, b""),) * (size // len(name))
        yield f"a hundred lines of {name!r}", ((name, b'"1",' * (size // 400 - 5)),) * 96
        yield f"numbers in {name!r}", ((name, numbered(b'"%d"', size)),)
        for unit in UNITS:
            yield f"{unit!r} in {name!r}", ((name, unit * (size // len(unit))),)
    yield "distinct lines", tuple((b"%x" % number, b"") for number in range(size // 4))


@pytest.mark.parametrize("size", [8_000, 15_000, 60_000])
def test_no_header_burns_cpu(costs: Costs, size: int) -> None:
    costs.ask(create())
    item = f"{ITEMS}/{json.loads(costs.body)['id']}"
    each, padding = list(headers(size)), (b"x", b"a" * min(size, 15_000))  # more is not valid
    valid = costs.least(lambda: Request("GET", item, headers=(padding,)), 200)
    for method in ("GET", "OPTIONS"):
        assert costs.dear(valid, ((name, Request(method, item, b"", its)) for name, its in each)) == {}
    valid = costs.least(lambda: create(b"", 0, padding), 201)
    assert costs.dear(valid, ((name, create(b"", 0, *its)) for name, its in each)) == {}
    change = Request("PATCH", item, headers=(JSON, padding), body=b"{}")
    valid = costs.least(lambda: change, 200)
    patches = ((name, Request("PATCH", item, b"", (JSON, *its), b"{}")) for name, its in each)
    assert costs.dear(valid, patches) == {}
