"""What a view may ask for."""

from collections.abc import Callable
from typing import Any, cast

from flask import current_app, request
from werkzeug.local import LocalProxy

from .. import idempotency
from ..errors import Malformed, TooLarge
from ..idempotency import EntityT
from ..services import Services

services = cast(Services, LocalProxy(lambda: current_app.extensions["services"]))
"""The services of the current app: `services.items.get(item_id)`."""


def once(act: Callable[..., EntityT], /, **data: Any) -> EntityT:
    """Do it at most once for each `Idempotency-Key`: `once(services.items.create, **body)`."""
    return idempotency.once(services.database, request.headers.get("Idempotency-Key"), act, **data)


def read_body() -> bytes:
    """The body. Raises `TooLarge` or `Malformed`.

    `MAX_CONTENT_LENGTH` would cut one that is chunked, and not say so.
    """
    limit, promised = current_app.extensions["settings"].max_body_bytes, request.content_length or 0
    if promised > limit:
        raise TooLarge
    content = bytearray()
    while chunk := request.stream.read(limit + 1 - len(content)):
        content += chunk
        if len(content) > limit:
            raise TooLarge
    if len(content) < promised:  # the client broke off
        raise Malformed
    return bytes(content)
