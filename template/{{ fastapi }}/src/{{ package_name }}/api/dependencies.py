"""What a route may ask for."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Protocol

from fastapi import Depends, Header, Request
from starlette.concurrency import run_in_threadpool as run

from ..idempotency import EntityT, once
from ..services import Services as _Services
from .contract import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH

__all__ = ["IfMatch", "IfNoneMatch", "Once", "Services", "run"]


async def _services(request: Request) -> _Services:
    services: _Services = request.app.state.services
    return services


Services = Annotated[_Services, Depends(_services)]
"""The services. They are synchronous: `await run(services.items.get, item_id)`, once per request."""

IfMatch = Annotated[str | None, Header(alias="If-Match", description=IF_MATCH["description"])]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", description=IF_NONE_MATCH["description"])]
_IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description=IDEMPOTENCY_KEY["description"],
        json_schema_extra=IDEMPOTENCY_KEY["schema"],  # told here, and held to by `once`
    ),
]


class _Once(Protocol):
    def __call__(self, act: Callable[..., EntityT], /, **data: Any) -> EntityT: ...


async def _once(services: Services, key: _IdempotencyKey = None) -> _Once:
    return partial(once, services.database, key)


Once = Annotated[_Once, Depends(_once)]
"""Do it at most once for each `Idempotency-Key`: `await run(once, services.items.create, **body)`."""
