"""Every failure, from any layer, as application/problem+json."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from ..errors import AppError, FieldError, Invalid, problem, problem_of
from .headers import allow


class ProblemResponse(JSONResponse):
    """Problem details (RFC 9457)."""

    media_type = "application/problem+json"

    def __init__(self, data: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(data, data["status"], headers)


def register(app: FastAPI) -> None:
    """Let the app tell every failure but the unexpected, which is the middleware's."""

    @app.exception_handler(AppError)
    async def app_error(_request: Request, error: AppError) -> ProblemResponse:
        return ProblemResponse(problem_of(error), error.headers)

    @app.exception_handler(RequestValidationError)
    async def validation_error(_request: Request, error: RequestValidationError) -> ProblemResponse:
        return ProblemResponse(problem_of(invalid(error)))

    @app.exception_handler(HTTPException)
    async def http_exception(request: Request, error: HTTPException) -> ProblemResponse:
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = allow(_methods(request))
        return ProblemResponse(problem(error.status_code), headers)


def invalid(error: RequestValidationError) -> Invalid:
    """What FastAPI says of the input, as the contract has it."""
    return Invalid(
        *(
            FieldError.at(each["loc"][0], each["loc"][1:], each["msg"].removeprefix("Value error, "))
            for each in error.errors()
        )
    )


def _methods(request: Request) -> set[str]:
    """The methods of every route with this path; Starlette names only those of the first one."""
    path = request.scope["path"]
    routes = iter_route_contexts(request.app.routes)
    return {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
