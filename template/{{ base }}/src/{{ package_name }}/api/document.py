"""The OpenAPI document, finished: the same in every framework, to the byte."""

import json
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from copy import deepcopy
from importlib.metadata import version
from importlib.resources import files
from inspect import cleandoc
from typing import Any

from .contract import FIELD_ERROR, PROBLEM, REQUEST_ID, Json

# The keys of OpenAPI and JSON Schema, as one reads them; those that are not listed follow, by the alphabet.
_READ = (
    *("openapi", "info", "servers", "security", "tags", "paths", "components"),
    *("name", "in", "title", "summary", "description", "operationId"),
    *("get", "post", "put", "patch", "delete"),
    *("type", "format", "required", "schema", "properties"),
    *("parameters", "requestBody", "responses", "headers", "content"),
)
_RANK = {key: rank for rank, key in enumerate(_READ)}

# The keys whose value has names of ours as keys, and those whose value is data and no schema.
_NAMED = {"content", "headers", "parameters", "paths", "properties", "responses", "schemas"}
DATA = {"const", "default", "enum", "example", "examples"}

# For fields that have no example of their own.
_OF_FORMAT = {"uuid": "0199a3f2-7c1e-7b44-9d7e-3f0b6c1d2e4f", "date-time": "2026-01-01T12:00:00.000001Z"}


def told(docstring: str | None) -> Json:
    """A docstring as a summary, which is its first line, and a description."""
    summary, _, description = cleandoc(docstring or "").partition("\n")
    return {"summary": summary} | ({"description": description.strip()} if description else {})


def finish(document: Json) -> Json:
    """The document with what every operation shares, in an order that no framework decides."""
    document = deepcopy(document)
    operations = [each for _, path in sorted(document["paths"].items()) for each in path.values()]
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    responses = components.setdefault("responses", {})
    for schema in schemas.values():
        schema.get("required", []).sort()
        with suppress(KeyError):
            schema.setdefault("examples", [_example(schema, schemas)])
    for operation in operations:
        for parameter in operation.get("parameters", ()):
            with suppress(KeyError):
                parameter["schema"].setdefault("examples", [_example(parameter["schema"], schemas)])
        for status, response in operation["responses"].items():
            its_id = {name: {"$ref": f"#/components/headers/{name}"} for name in REQUEST_ID}
            response["headers"] = {**response.get("headers", {}), **its_id}
            operation["responses"][status] = _once(response, responses)
    schemas |= {"Problem": PROBLEM, "FieldError": FIELD_ERROR}
    components["headers"] = REQUEST_ID
    tags = _tags(tag for each in operations for tag in each.get("tags", ()))
    shared = {"servers": [{"url": "/"}], "security": []}
    its: Json = _in_order({**shared, **document, "info": _info(), "tags": tags})
    return its


def _info() -> Json:
    """The OpenAPI Info Object: `info.json`, and the version of the installed package."""
    its: Json = json.loads((files(__package__) / "info.json").read_text("utf-8"))
    return {**its, "version": version(__package__.partition(".")[0])}


def _tags(names: Iterable[str]) -> list[Json]:
    """Each tag once, told by the docstring of the module of its name."""
    modules = {name: sys.modules.get(f"{__package__}.{name}") for name in names}
    return [
        {"name": name, "description": told(module.__doc__)["summary"]} if module else {"name": name}
        for name, module in modules.items()
    ]


def _once(response: Json, responses: Json) -> Json:
    """A problem as a reference to where it is written once; any other response as it is."""
    if "application/problem+json" not in response.get("content", {}):
        return response
    name = re.sub(r"\W", "", response["description"])
    shared = responses.setdefault(name, response) == response
    return {"$ref": f"#/components/responses/{name}"} if shared else response


def _example(schema: Json, schemas: Json) -> Any:
    """A value of the schema, put together of the examples of its parts. `KeyError` where one has none."""
    match schema:
        case {"examples": [example, *_]} | {"default": example}:
            return example
        case {"$ref": reference}:
            its_name = reference.rpartition("/")[2]
            others = {name: each for name, each in schemas.items() if name != its_name}
            return _example(schemas[its_name], others)  # so that one within itself has none
        case {"items": dict(items)}:
            return [_example(items, schemas)]
        case {"properties": properties}:
            return {name: _example(each, schemas) for name, each in properties.items()}
    return _OF_FORMAT[schema["format"]]


def _in_order(value: Any, key: str = "") -> Any:
    """The value of a key with its own keys in order; properties are in the order of their schema."""
    if isinstance(value, list) and key not in DATA:
        return [_in_order(each) for each in value]
    if not isinstance(value, dict) or key in DATA:
        return value
    if key == "properties":
        return {name: _in_order(each) for name, each in value.items()}
    if key in _NAMED:
        return {name: _in_order(value[name]) for name in sorted(value)}
    keys = sorted(value, key=lambda each: (_RANK.get(each, len(_RANK)), each))
    return {each: _in_order(value[each], each) for each in keys}
