"""What a route may ask for."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Protocol

from fastapi import Depends, Header, Request
from starlette.concurrency import run_in_threadpool as run

from ..idempotency import EntityT, once
from ..services import Services as _Services
from .contract import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Json

__all__ = ["IfMatch", "IfNoneMatch", "Once", "Services", "run"]


async def _services(request: Request) -> _Services:
    services: _Services = request.app.state.services
    return services


Services = Annotated[_Services, Depends(_services)]
"""The services. They are synchronous: `await run(services.items.get, item_id)`, once per request."""


def _header(its: Json) -> Any:
    """Tells what a header is. What it may say is seen to later, so that the body comes first."""
    return Header(alias=its["name"], description=its["description"], json_schema_extra=its["schema"])


IfMatch = Annotated[str | None, _header(IF_MATCH)]
IfNoneMatch = Annotated[str | None, _header(IF_NONE_MATCH)]


class _Once(Protocol):
    def __call__(self, act: Callable[..., EntityT], /, **data: Any) -> EntityT: ...


async def _once(request: Request, key: Annotated[str | None, _header(IDEMPOTENCY_KEY)] = None) -> _Once:
    return partial(once, (await _services(request)).database, key)


Once = Annotated[_Once, Depends(_once)]
"""Do it at most once for each `Idempotency-Key`: `await run(once, services.items.create, **body)`."""
