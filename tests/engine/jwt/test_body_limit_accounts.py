"""Whoever has no credentials is told so, however long the body is, and whichever way it would be read."""

from typing import Any

from my_shop.settings import Settings

from .people import headers_of
from .readers import add_readers
from .served import send
from .test_access import unauthorized
from .test_body_limit import LIMIT, app, body, collected, in_async_pieces, limited, pytestmark

__all__ = ["app", "collected", "limited", "pytestmark"]


def test_missing_credentials_come_before_the_body(app: Any, limited: Settings) -> None:
    for path, media_type in add_readers(app, "/api/v1/read"):
        content, headers = body(media_type, 3 * LIMIT)
        for given in (content, in_async_pieces(content)):
            unauthorized(send(app, limited, "POST", path, content=given, headers=headers), "Bearer")


def test_with_credentials_a_longer_body_is_a_413(app: Any, limited: Settings) -> None:
    for path, media_type in add_readers(app, "/api/v1/read"):
        content, headers = body(media_type, 3 * LIMIT)
        headers |= headers_of("ada", "read:write")
        for given in (content, in_async_pieces(content)):
            assert send(app, limited, "POST", path, content=given, headers=headers).status_code == 413
