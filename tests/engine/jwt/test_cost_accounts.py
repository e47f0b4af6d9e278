"""No request of accounts burns CPU, as `test_cost.py` has it; the hashing of passwords is not counted."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from my_shop.settings import Settings

from .cost import JSON, Costs, Request, costs_of, filled, numbered
from .people import PASSWORD, headers_of, token_of

TOKENS, REFRESH, USERS, KEYS = (
    f"/api/v1/{path}" for path in ("tokens", "tokens/refresh", "users", "api-keys")
)
ADA = urlencode({"grant_type": "password", "username": "ada@example.org", "password": PASSWORD}).encode()
FORM = (b"content-type", b"application/x-www-form-urlencoded")
GOOD = "Crisp lilac teapot 93 moonbeam"
CALLER = (b"authorization", headers_of("ada")["Authorization"].encode())
SIZES = [8_000, 64_000, 1_000_000]


@pytest.fixture
def costs(settings: Settings) -> Iterator[Costs]:
    limits = {"attempts_per_address": "100000/second", "attempts_per_account": "100000/second"}
    with costs_of(settings.model_copy(update=limits)) as costs:
        yield costs


def form(body: bytes, path: str = TOKENS) -> Request:
    return Request("POST", path, headers=(FORM,), body=body)


def register(email: str | None = None, password: str = GOOD) -> Request:
    body = {"email": email or f"{uuid4().hex}@example.org", "password": password}
    return Request("POST", USERS, headers=(JSON,), body=json.dumps(body).encode())


def forms(size: int) -> Iterator[tuple[str, bytes]]:
    for part in (
        b"a",
        b"%41",
        b"%ff",
        b"%",
        b"%zz",
        b"+",
        b"&",
        b";",
        "ä".encode(),
        "ä%41".encode(),
        b"\xff",
    ):
        for name in (b"x", b"username", b"refresh_token"):
            without = b"&".join(each for each in ADA.split(b"&") if not each.startswith(name))
            yield f"{part!r} in {name!r}", filled(without + b"&%b=" % name, part, b"", size, b"")
        yield f"{part!r} in a name", filled(ADA + b"&", part, b"=1", size, b"")
        parameters = b"".join(b"&p%d=%b" % (number, part * (size // 96 // len(part))) for number in range(96))
        yield f"{part!r} in many parameters", ADA + parameters
    yield "parameters", ADA + b"&" + numbered(b"%x=1", size, b"&")
    yield "scopes", ADA + b"&scope=" + numbered(b"a%d", size, b"+")


@pytest.mark.parametrize("size", [*SIZES, 32_000])
def test_no_form_burns_cpu(costs: Costs, size: int) -> None:
    costs.ask(form(ADA))  # which builds the document
    valid = costs.least(lambda: form(ADA), 200)  # a longer one is a 413
    assert costs.dear(valid, ((name, form(body)) for name, body in forms(size))) == {}
    again = ((name, body.replace(b"=password", b"=refresh_token", 1)) for name, body in forms(size))
    assert costs.dear(valid, ((name, form(body, REFRESH)) for name, body in again)) == {}


def written(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def credentials(size: int) -> Iterator[tuple[str, str]]:
    header, payload, signature = token_of("ada").split(".")
    its = json.loads(urlsafe_b64decode(header + "=="))
    count = size * 3 // 4 - 400
    claims: dict[str, dict[str, Any]] = {
        "members": {f"{number:x}": 1 for number in range(count // 12)},
        "arrays": {"a": [[]] * (count // 4)},
        "ints": {"a": [1] * (count // 3)},
        "text": {"kid": "\\" * (count // 2)},
    }
    for name, value in claims.items():
        yield f"{name} in the header", f"{written({**its, **value})}.{payload}.{signature}"
        yield f"{name} in the payload", f"{header}.{written(value)}.{signature}"
    for name, text in {
        "deep": b"[" * count,
        "an int": b"9" * count,
        "an item": b'{"a":' * (count // 5),
    }.items():
        yield f"{name} in the header", f"{urlsafe_b64encode(text).decode()}.{payload}.{signature}"
        yield f"{name} in the payload", f"{header}.{urlsafe_b64encode(text).decode()}.{signature}"
    yield "a signature", f"{header}.{payload}.{'A' * (size - 600)}"
    for start in (".", "a", "sk_", "sk_00000000_", "_", "\xe4", " ", "=", "%"):
        yield repr(start), start + start[-1] * (size - len(start))


def test_no_credential_burns_cpu(costs: Costs) -> None:
    def get(credential: str) -> Request:
        return Request("GET", KEYS, b"", ((b"authorization", f"Bearer {credential}".encode("latin-1")),))

    valid = costs.least(lambda: get(token_of("ada")), 200)
    for size in (8_000, 15_000):
        assert costs.dear(valid, ((name, get(each)) for name, each in credentials(size))) == {}


SCOPE = [
    b"1",
    b'""',
    b'"a"',
    b'"items:read"',
    b"{}",
    b"[]",
    b"null",
    b'"\\u0000"',
    b'"\\ud800"',
    b'"%b"' % (b"a" * 1001),
]


@pytest.mark.parametrize("size", SIZES)
def test_no_body_of_accounts_burns_cpu(costs: Costs, size: int) -> None:
    def make(body: bytes) -> Request:
        return Request("POST", KEYS, headers=(JSON, CALLER), body=body)

    start = b'{"name":"a","scopes":'
    valid = costs.least(lambda: make(b'{"name":"a","scopes":["items:read"]}'.ljust(size)), 201)
    for most in (20, 9_990, 10**6):
        lists = [(repr(part[:20]), filled(start + b"[", part, b"]}", size, most=most)) for part in SCOPE]
        assert costs.dear(valid, ((name, make(body)) for name, body in lists)) == {}
    days = (
        (repr(part), make(start + b'["items:read"],"expires_in_days":' + part + b"9" * size + b"}"))
        for part in (b"", b"1.", b"1e", b"-")
    )
    assert costs.dear(valid, days) == {}
    members = numbered(b'"%x":1', size)
    for path in (KEYS, USERS):
        request = Request("POST", path, headers=(JSON, CALLER), body=b"{" + members + b"}")
        assert costs.dear(valid, [(path, request)]) == {}
