"""What a view may ask for."""

from collections.abc import Callable
from typing import Any, cast

from flask import current_app, request
from werkzeug.local import LocalProxy

from .. import idempotency
from ..idempotency import EntityT
from ..services import Services

services = cast(Services, LocalProxy(lambda: current_app.extensions["services"]))
"""The services of the current app: `services.items.get(item_id)`."""


def once(act: Callable[..., EntityT], /, **data: Any) -> EntityT:
    """Do it at most once for each `Idempotency-Key`: `once(services.items.create, **body)`."""
    return idempotency.once(services.database, request.headers.get("Idempotency-Key"), act, **data)
