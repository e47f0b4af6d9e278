"""Every failure, from any layer, as application/problem+json."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ..errors import AppError, NotFound, problem, problem_of
from .headers import allow


class ProblemResponse(Response):
    """Problem details (RFC 9457)."""

    default_mimetype = "application/problem+json"

    def __init__(self, data: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(orjson.dumps(data), data["status"], headers)


def register(app: Flask) -> None:
    """Let the app tell every failure but the unexpected, which is the middleware's."""
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.before_request
    def require_one_slash() -> None:
        if request.environ["PATH_INFO"].startswith("//"):  # Werkzeug would take it for one
            raise NotFound

    @app.errorhandler(AppError)
    def app_error(error: AppError) -> ProblemResponse:
        return ProblemResponse(problem_of(error), error.headers)

    @app.errorhandler(HTTPException)
    def http_exception(error: HTTPException) -> ProblemResponse:
        headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
        if isinstance(error, MethodNotAllowed):
            headers["Allow"] = allow(error.valid_methods or ())
        return ProblemResponse(problem(error.code or 500), headers)
