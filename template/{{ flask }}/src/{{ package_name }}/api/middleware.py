"""What happens to every request: its id, its log line, the headers of its answer."""

import logging
from collections.abc import Iterable, Iterator
from contextvars import Context, copy_context
from time import perf_counter
from typing import TYPE_CHECKING, Any

import structlog
from structlog.contextvars import bind_contextvars
from werkzeug.datastructures import EnvironHeaders
from werkzeug.wrappers import Response

from ..errors import problem
from ..settings import Settings
from .errors import ProblemResponse
from .headers import answer_headers, preflight_headers, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger("access")
failures = logging.getLogger("access")


class Edge:
    """WSGI middleware, so that it sees what fails outside of Flask's views too."""

    def __init__(self, app: "WSGIApplication", settings: Settings) -> None:
        self.app = app
        self.cors_origins = settings.cors_origins

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        context = copy_context()
        return InContext(context.run(self._answer, environ, start_response), context)

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began = perf_counter()
        method, path, get = environ["REQUEST_METHOD"], environ["PATH_INFO"], EnvironHeaders(environ).get
        its_id = request_id(get("X-Request-ID"))
        bind_contextvars(request_id=its_id)
        environ.pop("HTTP_UPGRADE", None)  # Werkzeug would look for a WebSocket's route
        added = answer_headers(get, its_id, self.cors_origins)
        status = 0

        def answer(line: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            dropped = {*added, "Content-Type"} if status == 204 else added  # no content, so no type of it
            kept = [(name, value) for name, value in headers if name not in dropped]
            return start_response(line, [*kept, *added.items()], *exc_info)

        try:
            preflight = preflight_headers(method, get, self.cors_origins)
            if preflight is not None:
                return Response(status=204, headers=preflight)(environ, answer)
            return self.app(environ, answer)
        except Exception:
            failures.exception("unhandled error")
            return ProblemResponse(problem(500))(environ, answer)
        finally:
            duration = round((perf_counter() - began) * 1000, 2)
            log.info("request", method=method, path=path, status=status, duration_ms=duration)


class InContext:
    """A response's body whose pieces are made, and which is closed, in the context of its request.

    So a stream has the request's id and caller, and no request inherits those of another one in its thread.
    """

    def __init__(self, pieces: Iterable[bytes], context: Context) -> None:
        self.pieces = pieces
        self.context = context

    def __iter__(self) -> Iterator[bytes]:
        pieces = self.context.run(iter, self.pieces)
        while (piece := self.context.run(next, pieces, None)) is not None:
            yield piece

    def close(self) -> None:
        self.context.run(getattr(self.pieces, "close", bool))
