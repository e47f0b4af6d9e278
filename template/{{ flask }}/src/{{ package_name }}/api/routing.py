"""How a view reads its request and writes its answer: marshmallow schemas as decorators.

    @blueprint.post("")
    @returns(ItemOut(), 201, responses=problems(409))
    @body(ItemIn())
    def create_item(body): ...

`@returns` comes first: it holds the request to the contract, and the OpenAPI document lists the
views that have it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Literal

import orjson
from flask import Response, current_app, request
from flask.json.provider import JSONProvider
from marshmallow import Schema, ValidationError
from werkzeug.routing import UUIDConverter

from ..errors import FieldError, Invalid
from .contract import Json
from .dependencies import Request as Request
from .dependencies import read_body
from .inputs import read_json, read_query, require_json

View = Callable[..., Any]
Headers = dict[str, str]


def to_json(data: Any) -> bytes:
    """JSON, with ids as strings, and moments in UTC as RFC 3339 writes them, with `Z`."""
    return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class JSON(JSONProvider):
    """Flask's JSON by orjson."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return to_json(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)


class UUID(UUIDConverter):
    """An id in a path, with or without its dashes."""

    regex = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"


@dataclass(frozen=True)
class Operation:
    """What the decorators say of a view."""

    query: Schema | None = None
    body: Schema | None = None
    media_type: str = "application/json"
    returns: Schema | None = None
    status: int = 200
    headers: Mapping[str, Json] = field(default_factory=dict)
    responses: Mapping[int | str, Json] = field(default_factory=dict)
    parameters: Sequence[Json] = ()
    security: Sequence[Json] | None = None

    @staticmethod
    def of(view: View | None) -> "Operation | None":
        """What the decorators said of the view, if it has any."""
        return getattr(view, "operation", None)


def query(schema: Schema) -> Callable[[View], View]:
    """Load the query with the schema, and hand it to the view as `query`."""
    known = {each.data_key or name for name, each in schema.load_fields.items()}
    return loads("query", schema, lambda: read_query(request.query_string, known))


def body(schema: Schema) -> Callable[[View], View]:
    """Load the JSON body with the schema, and hand it to the view as `body`."""

    def read() -> Any:
        require_json(request.content_type)
        its = current_app.extensions["settings"]
        return read_json(read_body(), its.max_nesting, its.max_json_values)

    return loads("body", schema, read)


def loads(
    source: Literal["query", "body"],
    schema: Schema,
    read: Callable[[], Any],
    media_type: str = "application/json",
) -> Callable[[View], View]:
    """Load what `read` gives with the schema, and hand it to the view as `source`. Raises `Invalid`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def loading(**kwargs: Any) -> Any:
            try:
                data = schema.load(read())
            except ValidationError as error:
                raise Invalid(*_flatten(source, (), error.messages, error.data)) from None
            return view(**kwargs, **{source: data})

        its = Operation.of(view) or Operation()
        if source == "query":
            return _described(loading, replace(its, query=schema))
        return _described(loading, replace(its, body=schema, media_type=media_type))

    return decorate


def _flatten(source: str, path: tuple[object, ...], messages: Any, data: Any) -> list[FieldError]:
    """marshmallow's messages for `data`, one after the other."""
    if isinstance(messages, list):
        return [FieldError.at(source, path, " ".join(messages))]
    errors = []
    for key, inner in messages.items():
        try:
            where, sent = (*path, key), data[key]
        except (LookupError, TypeError):  # not sent; `_schema` is not a field then, but all of them
            where, sent = path if key == "_schema" else (*path, key), None
        errors += _flatten(source, where, inner, sent)
    return errors


def returns(
    schema: Schema | None,
    status: int = 200,
    *,
    responses: Mapping[int | str, Json],
    headers: Mapping[str, Json] | None = None,
    parameters: Sequence[Json] = (),
    security: Sequence[Json] | None = None,
) -> Callable[[View], View]:
    """Dump what the view returns, `data` or `(data, headers)`, with the schema.

    The rest is for the OpenAPI document: what headers the answer has, what else the view may
    answer, what it reads by itself, and what it asks of its caller.
    """

    def decorate(view: View) -> View:
        its = replace(
            Operation.of(view) or Operation(),
            returns=schema,
            status=status,
            headers=headers or {},
            responses=responses,
            parameters=parameters,
            security=security,
        )

        @wraps(view)
        def returning(**kwargs: Any) -> Response:
            if its.query is None:
                read_query(request.query_string, known=())
            result = view(**kwargs)
            if isinstance(result, Response):
                return result
            data, its_headers = result if isinstance(result, tuple) else (result, None)
            if schema is None:
                return Response(status=status, headers=its_headers)
            content = to_json(schema.dump(data))
            return Response(content, status, its_headers, content_type="application/json")

        return _described(returning, its)

    return decorate


def _described(view: View, operation: Operation) -> View:
    view.operation = operation  # type: ignore[attr-defined]
    return view
