"""A body has one limit, whichever way a route reads it, and whether its length is sent or not."""

import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest

from my_shop.api import create_app
from my_shop.settings import Settings

from .client import make_client
from .readers import FORM, RAW, UPLOAD, add_readers, add_stream
from .served import send

# Werkzeug does not close the temporary file of an upload that it breaks off.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LIMIT = 64 * 1024
PIECE = 5000
TOO_LARGE = {
    "type": "about:blank",
    "title": "Content Too Large",
    "status": 413,
    "detail": "The body is larger than this API accepts.",
}


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def limited(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_body_bytes": LIMIT})


@pytest.fixture
def app(limited: Settings) -> Iterator[Any]:
    app = create_app(limited)
    with make_client(app):  # which closes the database
        yield app


def body(media_type: str, length: int) -> tuple[bytes, dict[str, str]]:
    """A body of that length, and its headers."""
    before, after, parameters = {
        FORM: (b"text=", b"", ""),
        RAW: (b"", b"", ""),
        UPLOAD: (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n',
            b"\r\n--b--\r\n",
            "; boundary=b",
        ),
    }.get(media_type, (b'"', b'"', ""))
    overhead = len(before) + len(after)
    content = before + b"x" * (length - overhead) + after
    return content, {"Content-Type": media_type + parameters, "X-Overhead": str(overhead)}


def in_pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


async def in_async_pieces(content: bytes) -> AsyncIterator[bytes]:
    for piece in in_pieces(content):
        yield piece


def answers(app: Any, limited: Settings, path: str, media_type: str, length: int) -> list[httpx2.Response]:
    """The answers to a body of that length: in one piece and in several, in process and as served."""
    content, headers = body(media_type, length)
    with make_client(app) as client:
        return [
            client.post(path, content=content, headers=headers),
            client.post(path, content=in_pieces(content), headers=headers),
            send(app, limited, "POST", path, content=content, headers=headers),
            send(app, limited, "POST", path, content=in_async_pieces(content), headers=headers),
        ]


def test_a_body_up_to_the_limit_is_read_whole(app: Any, limited: Settings) -> None:
    for path, media_type in add_readers(app, "/read"):
        for answer in answers(app, limited, path, media_type, LIMIT):
            assert (path, answer.status_code, answer.text) == (path, 200, str(LIMIT))


def test_a_longer_body_is_a_413(app: Any, limited: Settings) -> None:
    for path, media_type in add_readers(app, "/read"):
        for length in (LIMIT + 1, 3 * LIMIT):
            for answer in answers(app, limited, path, media_type, length):
                assert (path, answer.status_code, answer.json()) == (path, 413, TOO_LARGE)
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert "X-Request-ID" in answer.headers


def test_a_longer_body_is_not_read_to_its_end(app: Any, limited: Settings) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += PIECE
            assert taken < 3 * LIMIT
            yield b"x" * PIECE

    for path, _ in add_readers(app, "/read"):
        headers = {"Content-Type": "text/plain"}
        for more, most in (({}, LIMIT + 2 * PIECE), ({"Content-Length": str(3 * LIMIT)}, PIECE)):
            taken = 0
            send(app, limited, "POST", path, content=endless(), headers={**headers, **more})
            assert taken <= most


def test_a_body_that_nobody_reads_breaks_no_stream(app: Any, limited: Settings) -> None:
    path = add_stream(app)
    for length in (10, LIMIT + 1, 3 * LIMIT):
        content, headers = body(RAW, length)
        for given in (content, in_async_pieces(content)):
            answer = send(app, limited, "POST", path, content=given, headers=headers)
            assert (answer.status_code, answer.text) == (200, "one two three")
