"""The parts of the OpenAPI document that are the same whichever framework writes it."""

import json
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from .. import money
from ..errors import title
from ..idempotency import KEY_MAX, KEY_PATTERN

Json = dict[str, Any]

OPENAPI_VERSION = "3.1.0"

MONEY_IN: Json = {
    "anyOf": [
        {"type": "string", "pattern": money.PATTERN},
        {"type": "number", "minimum": 0.0, "maximum": float(money.MAX), "multipleOf": 0.01},
    ],
    "examples": ["12.50"],
}
MONEY_OUT: Json = {"type": "string", "pattern": r"^[0-9]{1,8}\.[0-9]{2}$", "examples": ["12.50"]}

IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "Act only if the item still has one of these entity tags.",
    "schema": {"type": "string"},
}
IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "Answer 304 if the item still has one of these entity tags.",
    "schema": {"type": "string"},
}
IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names this request, such as by a UUID: repeated with the same key, it is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": KEY_PATTERN},
}

ETAG: Json = {"ETag": {"description": "The version of the item, for If-Match.", "schema": {"type": "string"}}}
LOCATION: Json = {
    "Location": {"description": "Where the item is.", "schema": {"type": "string", "format": "uri-reference"}}
}
LINK: Json = {"Link": {"description": 'The next page, as rel="next".', "schema": {"type": "string"}}}
RETRY_AFTER: Json = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_REQUEST_ID: Json = {
    "description": "Names this request in the logs: the client's own id, or a new one.",
    "schema": {"type": "string"},
}

_PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["about:blank"]},
        "title": {"type": "string", "examples": ["Unprocessable Content"]},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "examples": [422]},
        "detail": {"type": "string", "examples": ["1 field is invalid."]},
        "errors": {
            "type": "array",
            "description": "Only with 422: what is wrong, and where.",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "detail"],
                "properties": {
                    "in": {"type": "string", "enum": ["body", "header", "path", "query"]},
                    "pointer": {"type": "string", "format": "json-pointer", "examples": ["/name"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def info() -> Json:
    """The OpenAPI Info Object: `info.json`, and the version of the installed package."""
    its: Json = json.loads((files(__package__) / "info.json").read_text("utf-8"))
    return {**its, "version": version(__package__.partition(".")[0])}


def problems(*statuses: int) -> dict[int | str, Json]:
    """The responses of an operation that fails with these; 422 and 500 are always among them."""
    return {status: _problem(status) for status in sorted({*statuses, 422, 500})}


def _problem(status: int) -> Json:
    response: Json = {
        "description": title(status),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return {**response, "headers": RETRY_AFTER} if status == 503 else response


def told(docstring: str | None) -> Json:
    """The summary of an operation, the first line of its view's docstring, and its description."""
    summary, _, description = (docstring or "").strip().partition("\n")
    return {"summary": summary} | ({"description": description.strip()} if description else {})


def finish(document: Json) -> Json:
    """The document with what every operation shares."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    document["tags"] = [
        {"name": tag} for tag in dict.fromkeys(tag for each in operations for tag in each.get("tags", ()))
    ]
    document["servers"] = [{"url": "/"}]
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["headers"] = {"X-Request-ID": _REQUEST_ID}
    for schema in components["schemas"].values():
        schema.get("required", []).sort()
    for operation in operations:
        for response in operation["responses"].values():
            shared = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}
            response["headers"] = {**response.get("headers", {}), **shared}
    return document
