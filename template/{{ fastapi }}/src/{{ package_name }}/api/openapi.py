"""The OpenAPI document, and the pages that show it."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi

from ..errors import NotFound
from .contract import OPENAPI_VERSION, Json
from .docs import CONTENT_SECURITY_POLICY, page
from .document import DATA, finish, told

router = APIRouter(include_in_schema=False)


def build_document(app: FastAPI) -> Json:
    """The OpenAPI document of the app; built at the first call."""
    if app.openapi_schema is None:
        document = _plainly(
            get_openapi(title="", version="", openapi_version=OPENAPI_VERSION, routes=app.routes)
        )
        for operations in document["paths"].values():
            for operation in operations.values():
                operation |= told(operation.pop("description", None))
                for parameter in operation.get("parameters", ()):
                    _bare(parameter["schema"])
        app.openapi_schema = finish(document)
    return app.openapi_schema


def _plainly(schema: Any, *, named: bool = False) -> Any:
    """Say it in fewer words: no title that repeats a name, `"type": [T, "null"]` for `anyOf`.

    `named` is for a dictionary whose keys are names, so that a field may be called "title".
    """
    if isinstance(schema, list):
        return [_plainly(each) for each in schema]
    if isinstance(schema, float) and schema.is_integer():
        return int(schema)
    if not isinstance(schema, dict):
        return schema
    plain = {
        key: value if key in DATA and not named else _plainly(value, named=not named and key == "properties")
        for key, value in schema.items()
        if named or key != "title"
    }
    if "const" in plain and not named:
        plain["enum"] = [plain.pop("const")]
    match plain:
        case {"anyOf": [{"type": str(kind), **rest}, {"type": "null"}], **others} if not named:
            return {**others, "type": [kind, "null"], **rest}
    return plain


def _bare(schema: Json) -> None:
    """A parameter is described beside its schema, and is absent rather than null."""
    schema.pop("description", None)
    match schema:
        case {"type": [kind, "null"]}:
            schema["type"] = kind


@router.get("/openapi.json")
def openapi_json(request: Request) -> Json:  # in a thread: it takes a while the first time
    return build_document(request.app)


@router.get("/docs")
async def swagger() -> Response:
    return _file("docs.html")


@router.get("/redoc")
async def redoc() -> Response:
    return _file("redoc.html")


@router.get("/docs/{name}")
async def asset(name: str) -> Response:
    return _file(name)


def _file(name: str) -> Response:
    file = page(name)
    if file is None:
        raise NotFound
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"}
    return Response(file.content, media_type=file.media_type, headers=headers)
