"""What no client of good will sends: one function for each kind of junk."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

ITEMS = "/api/v1/items"


class Junk(NamedTuple):
    """Something to send, and how a client that sends it behaves."""

    content: bytes
    listens: bool = True
    """It waits for an answer, rather than to be gone at once."""
    stays: bool = True
    """It uses the connection again, if the server lets it."""


def request(method: str, path: str, body: bytes | None = None, *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


def word(random: Random) -> str:
    """A word that was never said before."""
    return f"{random.getrandbits(128):x}"


def malformed_json(random: Random) -> Junk:
    return Junk(request("POST", ITEMS, b'{"name": ' + random.randbytes(random.randrange(500))))


def deep_nesting(random: Random) -> Junk:
    return Junk(request("POST", ITEMS, random.choice([b"[", b'{"a":']) * random.randrange(10_000)))


def unknown_fields(random: Random) -> Junk:
    fields = ", ".join(f'"{word(random)}": {number}' for number in range(random.randrange(1, 50)))
    return Junk(request("POST", ITEMS, f"{{{fields}}}".encode()))


def taken_name(random: Random) -> Junk:
    return Junk(request("POST", ITEMS, b'{"name": "Lamp", "price": "12.50"}'))


def new_key(random: Random) -> Junk:
    body = b'{"name": "Lamp", "price": "12.50"}'
    return Junk(request("POST", ITEMS, body, f"Idempotency-Key: {word(random)}"))


def body_too_large(random: Random) -> Junk:
    if random.random() < 0.05:
        return Junk(request("POST", ITEMS, b"x" * (1024 * 1024 + 1)), stays=False)
    return Junk(
        request("POST", ITEMS, None, "Content-Type: application/json", "Content-Length: 9999999"), stays=False
    )


def half_a_head(random: Random) -> Junk:
    return Junk(request("GET", ITEMS, None, f"X-{word(random)}: 1")[: random.randrange(80)], listens=False)


def half_a_body(random: Random) -> Junk:
    return Junk(request("POST", ITEMS, b"[" * 1000)[:-500], listens=False)


def unknown_path(random: Random) -> Junk:
    return Junk(request("GET", f"/{word(random)}/{word(random)}"))


def unknown_item(random: Random) -> Junk:
    headers = f'If-Match: "{word(random)}"', f'If-None-Match: W/"{word(random)}"'
    method = random.choice(["GET", "DELETE"])
    return Junk(request(method, f"{ITEMS}/0199a3f2-7c1e-7b44-9d7e-{word(random):0>12.12}", None, *headers))


def unknown_parameter(random: Random) -> Junk:
    return Junk(request("GET", f"{ITEMS}?{word(random)}={word(random)}"))


def bad_cursor(random: Random) -> Junk:
    return Junk(request("GET", f"{ITEMS}?cursor={word(random)}&limit={random.randrange(200)}"))


def new_name(random: Random) -> Junk:
    return Junk(request("GET", f"{ITEMS}?name={word(random)}", None, f"X-Request-ID: {word(random)}"))


def odd_method(random: Random) -> Junk:
    method = random.choice(["BREW", "OPTIONS", "PUT", "TRACE", "HEAD", word(random).upper()])
    return Junk(request(method, random.choice([ITEMS, "/docs", "/health/live"])))


def odd_headers(random: Random) -> Junk:
    noise = random.randbytes(50).translate(None, b"\r\n\0").decode("latin-1")
    headers = f"X-{word(random)}: {noise}", f"Cookie: {word(random)}={noise}", f"Accept: {noise}"
    return Junk(request("GET", ITEMS, None, *headers))


def not_http(random: Random) -> Junk:
    return Junk(random.randbytes(100) + b"\r\n\r\n", stays=False)


def probe(random: Random) -> Junk:
    return Junk(request("GET", "/health/ready"))


KINDS: list[Callable[[Random], Junk]] = [
    malformed_json,
    deep_nesting,
    unknown_fields,
    taken_name,
    new_key,
    body_too_large,
    half_a_head,
    half_a_body,
    unknown_path,
    unknown_item,
    unknown_parameter,
    bad_cursor,
    new_name,
    odd_method,
    odd_headers,
    not_http,
    probe,
]
