"""What can go wrong, and how it is told: RFC 9457 problem details as plain data."""

from collections.abc import Mapping, Sequence
from heapq import nsmallest
from http import HTTPStatus
from typing import Any, ClassVar, Literal, NamedTuple

# Python below 3.13 still says what RFC 9110 has renamed.
_RENAMED = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}

_DETAILS = {
    404: "Nothing is here.",
    400: "This is not HTTP as RFC 9112 has it.",
    405: "This path has no such method; the header Allow lists those that it has.",
    408: "The request took too long to arrive.",
    413: "The body is larger than this API accepts.",
    414: "The path and its query are longer than this API accepts.",
    431: "The headers are larger than this API accepts.",
    500: "The server failed. Its log tells why, under the id in the header X-Request-ID.",
    503: "This took too long. Try again soon.",
}

RETRY_AFTER = {"Retry-After": "1"}  # seconds


class AppError(Exception):
    """A failure that the client is told about. The message becomes the problem's `detail`."""

    status: ClassVar[int]
    detail: ClassVar[str]
    headers: Mapping[str, str] = {}  # of its answer
    members: Mapping[str, Any] = {}  # of its problem, besides those that every problem has

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or self.detail)


# What the services raise.


class NotFound(AppError):
    status, detail = 404, _DETAILS[404]


class Conflict(AppError):
    status, detail = 409, "The change collides with another one. Read again, then repeat it."


class PreconditionFailed(AppError):
    status, detail = 412, "It has changed since you read it. Read again, then repeat your change."


class Unavailable(AppError):
    status, detail = 503, "The database is away. Try again soon."
    headers = RETRY_AFTER


# What the edge raises, before a service is called.


class Malformed(AppError):
    status, detail = 400, "The body is not JSON in UTF-8."


class TooLarge(AppError):
    status, detail = 413, _DETAILS[413]


class UnsupportedMediaType(AppError):
    status, detail = 415, "Send the body as application/json."


class FieldError(NamedTuple):
    """One thing that is wrong with the input; `pointer` is an RFC 6901 JSON pointer.

    A tuple, because there may be thousands, and tuples are made and compared in a fraction of the time.
    """

    source: Literal["body", "header", "path", "query"]
    pointer: str
    detail: str

    @classmethod
    def at(cls, source: Any, path: Sequence[object], detail: str) -> "FieldError":
        """Point at `path`, such as `("lines", 0, "name")`."""
        parts = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
        return cls(source, "/".join(["", *parts]), detail)


class Invalid(AppError):
    """The input is well formed, but not what the API takes. The first hundred places are told."""

    status, detail = 422, "The input is invalid."

    def __init__(self, *errors: FieldError) -> None:
        # One entry for each place, so that it does not matter how many rules a library checks.
        places = {error[:2]: error for error in errors}
        told, count = nsmallest(100, places.values()), len(places)
        self.members = {"errors": [{"in": e.source, "pointer": e.pointer, "detail": e.detail} for e in told]}
        super().__init__("1 field is invalid." if count == 1 else f"{count} fields are invalid.")


def title(status: int) -> str:
    """The standard phrase of a status (RFC 9110)."""
    return _RENAMED.get(status) or HTTPStatus(status).phrase


def problem(status: int, detail: str | None = None) -> dict[str, Any]:
    """A problem as data; its media type is `application/problem+json`."""
    phrase = title(status)
    return {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "detail": detail or _DETAILS.get(status, phrase),
    }


def problem_of(error: AppError) -> dict[str, Any]:
    """The problem that an error is told as."""
    return {**problem(error.status, str(error)), **error.members}
