"""How a route reads its request: what FastAPI forgives is refused, as the contract says."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from ..errors import Malformed, TooLarge
from .inputs import check_query, read_json, require_json


def operation_id(route: APIRoute) -> str:
    """The name of the view function, such as `create_item`."""
    return route.name


class StrictRequest(Request):
    """A request whose body is JSON, and no larger than the settings allow."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            limit = self.app.state.settings.max_body_bytes
            if int(self.headers.get("content-length", 0)) > limit:
                raise TooLarge
            body = bytearray()
            async for chunk in self.stream():
                body += chunk
                if len(body) > limit:
                    raise TooLarge
            self._body = bytes(body)
        return self._body

    async def json(self) -> Any:
        return read_json(await self.body())


class StrictRoute(APIRoute):
    """Holds each request to the contract before FastAPI reads it.

    See https://fastapi.tiangolo.com/how-to/custom-request-and-route/.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = {each.alias for each in get_flat_params(self.dependant) if isinstance(each.field_info, Query)}
        takes_body = self.body_field is not None

        async def strictly(request: Request) -> Response:
            check_query(request.scope["query_string"], known)
            if takes_body:
                require_json(request.headers.get("content-type"))
                request = StrictRequest(request.scope, request.receive)
                if not await request.body():
                    raise Malformed
            return await handle(request)

        return strictly
