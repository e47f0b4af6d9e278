"""What a route may ask for."""

from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.concurrency import run_in_threadpool as run

from ..services import Services as _Services
from .contract import IF_MATCH, IF_NONE_MATCH

__all__ = ["IfMatch", "IfNoneMatch", "Services", "run"]


async def _services(request: Request) -> _Services:
    services: _Services = request.app.state.services
    return services


Services = Annotated[_Services, Depends(_services)]
"""The services. They are synchronous: `await run(services.items.get, item_id)`, once per request."""

IfMatch = Annotated[str | None, Header(alias="If-Match", description=IF_MATCH["description"])]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", description=IF_NONE_MATCH["description"])]
