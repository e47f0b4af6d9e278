"""The parts of the OpenAPI document that are the same whichever framework writes it."""

from typing import Any

from .. import money
from ..errors import AppError, FieldError, Invalid, problem, problem_of, title
from ..idempotency import KEY_MAX, KEY_PATTERN

Json = dict[str, Any]

OPENAPI_VERSION = "3.1.0"

MONEY_IN: Json = {
    "anyOf": [
        {"type": "string", "pattern": money.PATTERN},
        {"type": "number", "minimum": 0, "maximum": float(money.MAX), "multipleOf": 0.01},
    ],
    "examples": ["12.50"],
}
MONEY_OUT: Json = {"type": "string", "pattern": r"^[0-9]{1,8}\.[0-9]{2}$", "examples": ["12.50"]}

# The cursor behind an item of January 2026, in the order in which items are listed by default.
CURSOR_EXAMPLE = (
    "WyItY3JlYXRlZF9hdCIsICIyMDI2LTAxLTAxVDEyOjAwOjAwLjAwMDAwMSswMDowMCIsICIwMTk5YTNmMi03YzFl"
    "LTdiNDQtOWQ3ZS0zZjBiNmMxZDJlNGYiXQ"
)

IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "Act only if the item still has one of these entity tags.",
    "schema": {"type": "string", "examples": ['"1"']},
}
IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "Answer 304 if the item still has one of these entity tags.",
    "schema": {"type": "string", "examples": ['"1"']},
}
IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names this request, such as by a UUID: repeated with the same key, it is done once.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_MAX,
        "pattern": KEY_PATTERN,
        "examples": ["5f3a9c1e-8d42-4b7a-9e06-2c1d7f4b8a90"],
    },
}

ETAG: Json = {"ETag": {"description": "The version of the item, for If-Match.", "schema": {"type": "string"}}}
LOCATION: Json = {
    "Location": {"description": "Where the item is.", "schema": {"type": "string", "format": "uri-reference"}}
}
LINK: Json = {"Link": {"description": 'The next page, as rel="next".', "schema": {"type": "string"}}}
RETRY_AFTER: Json = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
REQUEST_ID: Json = {
    "X-Request-ID": {
        "description": "Names this request in the logs: the client's own id, or a new one.",
        "schema": {"type": "string"},
    }
}

_CHALLENGE: Json = {
    "WWW-Authenticate": {"description": "What is asked for (RFC 6750).", "schema": {"type": "string"}}
}

# What an answer of a status has besides.
_HEADERS = {401: _CHALLENGE, 403: _CHALLENGE, 429: RETRY_AFTER, 503: RETRY_AFTER}

# What any operation may answer: the request is late, its URL too long, a parameter unknown, its headers
# too large; the server fails; the answer would be late, or the database is away.
ANYWHERE = {408, 414, 422, 431, 500, 503}

INVALID = Invalid(FieldError.at("query", ["colour"], "Unknown parameter."))

PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Only with 422: what is wrong, and where.",
            "items": {"$ref": "#/components/schemas/FieldError"},
        },
    },
    "examples": [problem_of(INVALID)],
}
FIELD_ERROR: Json = {
    "type": "object",
    "description": "One thing that is wrong with the input.",
    "required": ["in", "pointer", "detail"],
    "properties": {
        "in": {"type": "string", "enum": ["body", "header", "path", "query"]},
        "pointer": {"type": "string", "format": "json-pointer"},
        "detail": {"type": "string"},
    },
}


def problems(*statuses: int) -> dict[int | str, Json]:
    """The responses of an operation that fails with these, or as any operation may."""
    return {status: _problem(status) for status in sorted({*statuses, *ANYWHERE})}


def _problem(status: int) -> Json:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _example(status)}
    response: Json = {"description": title(status), "content": {"application/problem+json": content}}
    headers = _HEADERS.get(status)
    return {**response, "headers": headers} if headers else response


def _example(status: int) -> Json:
    """A problem as it is answered with this status."""
    if status == INVALID.status:
        return problem_of(INVALID)
    details = [error.detail for error in AppError.__subclasses__() if getattr(error, "status", 0) == status]
    return problem(status, *details[:1])
