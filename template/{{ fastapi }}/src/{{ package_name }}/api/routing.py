"""How a route reads its request: what FastAPI forgives is refused, as the contract says."""

from collections.abc import Callable, Coroutine
from inspect import isclass
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from ..errors import Malformed
from .inputs import read_json, read_query, require_json


def operation_id(route: APIRoute) -> str:
    """The name of the view function, such as `create_item`."""
    return route.name


class StrictRequest(Request):
    """A request whose body is JSON."""

    async def load(self) -> None:
        """Read the body. Raises `UnsupportedMediaType` or `Malformed`."""
        require_json(self.headers.get("content-type"))
        its = self.app.state.settings
        self.value = read_json(await self.body(), its.max_nesting, its.max_json_values)

    async def body(self) -> bytes:
        """Return the body. Raises `Malformed` when it does not end."""
        try:
            return await super().body()
        except ClientDisconnect:
            raise Malformed from None

    async def json(self) -> Any:
        return self.value


class StrictRoute(APIRoute):
    """Holds each request to the contract before FastAPI reads it.

    See https://fastapi.tiangolo.com/how-to/custom-request-and-route/.
    """

    request_class = StrictRequest

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = _query_names(self.dependant)
        takes_body = self.body_field is not None

        async def strictly(request: Request) -> Response:
            read_query(request.scope["query_string"], known)
            if takes_body:
                strict = self.request_class(request.scope, request.receive)
                await strict.load()
                request = strict
            return await handle(request)

        return strictly


def _query_names(dependant: Dependant) -> set[str]:
    """The query parameters of a route and of its dependencies; a model stands for its fields."""
    names: set[str] = set()
    for parameter in dependant.query_params:
        kind = parameter.field_info.annotation
        if isclass(kind) and issubclass(kind, BaseModel):
            names |= {field.alias or name for name, field in kind.model_fields.items()}
        else:
            names.add(parameter.alias)
    return names.union(*map(_query_names, dependant.dependencies))
