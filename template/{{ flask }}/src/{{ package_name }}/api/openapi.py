"""The OpenAPI document, and the pages that show it."""

import re
from copy import deepcopy

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from ..errors import NotFound
from .contract import OPENAPI_VERSION, Json
from .docs import CONTENT_SECURITY_POLICY, page
from .document import finish, told
from .routing import Operation, View

blueprint = Blueprint("openapi", __name__)


# How a path's converter reads in JSON Schema; any other is a string.
CONVERTERS: dict[str, Json] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
}


def build_document(app: Flask) -> Json:
    """The OpenAPI document of the app; built at the first call."""
    document: Json | None = app.extensions.get("openapi")
    if document is None:
        spec = APISpec("", "", OPENAPI_VERSION, plugins=[MarshmallowPlugin()])
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if operation := Operation.of(view):
                path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
                for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                    spec.path(path, operations={method.lower(): _describe(rule, view, operation)})
        # The responses that several views have are the same objects.
        document = app.extensions["openapi"] = finish(deepcopy(spec.to_dict()))
    return document


def _describe(rule: Rule, view: View, operation: Operation) -> Json:
    """A view as an OpenAPI operation; apispec turns the schemas in it into JSON Schema."""
    parameters = [_path_parameter(name, rule) for name in sorted(rule.arguments)]
    if operation.query:
        parameters.append({"in": "query", "schema": operation.query})
    success: Json = {"description": "Successful Response"}
    if operation.headers:
        success["headers"] = operation.headers
    if operation.returns:
        success["content"] = {"application/json": {"schema": operation.returns}}
    described: Json = {
        "tags": [rule.endpoint.partition(".")[0]],
        **told(view.__doc__),
        "operationId": view.__name__,
        "responses": {operation.status: success, **operation.responses},
    }
    if parameters := [*parameters, *operation.parameters]:
        described["parameters"] = parameters
    if operation.security is not None:
        described["security"] = operation.security
    if operation.body:
        content = {operation.media_type: {"schema": operation.body}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _path_parameter(name: str, rule: Rule) -> Json:
    converter = re.search(rf"<([^:>]+):{name}>", rule.rule)
    schema = CONVERTERS.get(converter[1] if converter else "", {"type": "string"})
    return {"name": name, "in": "path", "required": True, "schema": schema}


@blueprint.get("/openapi.json")
def openapi_json() -> Json:
    return build_document(current_app)


@blueprint.get("/docs")
def swagger() -> Response:
    return _file("docs.html")


@blueprint.get("/redoc")
def redoc() -> Response:
    return _file("redoc.html")


@blueprint.get("/docs/<name>")
def asset(name: str) -> Response:
    return _file(name)


def _file(name: str) -> Response:
    file = page(name)
    if file is None:
        raise NotFound
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"}
    return Response(file.content, headers=headers, content_type=file.media_type)
