"""What a view may ask for, and how much of a body it may read."""

from collections.abc import Callable
from functools import cached_property
from io import RawIOBase
from typing import IO, Any, cast

import flask
from flask import current_app, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.local import LocalProxy

from .. import idempotency
from ..errors import Malformed
from ..idempotency import EntityT
from ..services import Services

services = cast(Services, LocalProxy(lambda: current_app.extensions["services"]))
"""The services of the current app: `services.items.get(item_id)`."""


def once(act: Callable[..., EntityT], /, **data: Any) -> EntityT:
    """Do it at most once for each `Idempotency-Key`: `once(services.items.create, **body)`."""
    return idempotency.once(services.database, request.headers.get("Idempotency-Key"), act, **data)


def read_body() -> bytes:
    """The body. Raises `Malformed`, or Werkzeug's `RequestEntityTooLarge`."""
    try:
        return request.get_data()
    except ClientDisconnected:
        raise Malformed from None


class Request(flask.Request):
    """Flask's request, whose body has a limit also when it comes in chunks.

    Werkzeug would cut it there, and take what a client has broken off for the whole.
    """

    @cached_property
    def stream(self) -> IO[bytes]:
        limit, length = self.max_content_length, self.content_length
        is_terminated = "wsgi.input_terminated" in self.environ  # by the server, where the body ends
        if not is_terminated or limit is None or (length or 0) > limit:
            return super().stream
        return cast("IO[bytes]", Limited(self.environ["wsgi.input"], limit, length or 0))


class Limited(RawIOBase):
    """A stream up to a limit; what goes beyond raises `RequestEntityTooLarge`.

    It raises `ClientDisconnected` when it ends before its length.
    """

    def __init__(self, stream: IO[bytes], limit: int, length: int) -> None:
        self.stream = stream
        self.left = limit
        self.missing = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self.stream.read(min(len(buffer), self.left + 1))
        except (OSError, ValueError) as error:
            raise ClientDisconnected from error
        self.left -= len(piece)
        self.missing -= len(piece)
        if self.left < 0:
            raise RequestEntityTooLarge
        if not piece and self.missing > 0:
            raise ClientDisconnected
        buffer[: len(piece)] = piece
        return len(piece)
