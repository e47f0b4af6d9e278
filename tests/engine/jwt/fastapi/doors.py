"""Every way to add a route in FastAPI. Each returns the path that answers 200 to GET and POST."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

METHODS = ["GET", "POST"]


async def view(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("in")


async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("in")(scope, receive, send)


def added_route(app: FastAPI) -> str:
    app.add_route("/api/v1/plain", view, methods=METHODS)
    return "/api/v1/plain"


def added_api_route(app: FastAPI) -> str:
    app.add_api_route("/api/v1/plain", lambda: "in", methods=METHODS)
    return "/api/v1/plain"


def router_without_its_class(app: FastAPI) -> str:
    router = APIRouter(prefix="/api/v1/plain")
    router.api_route("", methods=METHODS)(lambda: "in")
    app.include_router(router)
    return "/api/v1/plain"


def route_in_an_included_router(app: FastAPI) -> str:
    router = APIRouter()
    router.add_route("/plain", view, methods=METHODS)
    app.include_router(router, prefix="/api/v1")
    return "/api/v1/plain"


def mounted_app(app: FastAPI) -> str:
    app.mount("/api/v1/sub", asgi)
    return "/api/v1/sub/x"


def mounted_fastapi(app: FastAPI) -> str:
    sub = FastAPI()
    sub.api_route("/deep", methods=METHODS)(lambda: "in")
    app.mount("/api/v1/sub", sub)
    return "/api/v1/sub/deep"


def mounted_at_the_prefix(app: FastAPI) -> str:
    app.mount("/api", asgi)
    return "/api/anything"


def mounted_at_the_root(app: FastAPI) -> str:
    app.mount("/", Starlette(routes=[Route("/api/v1/plain", view, methods=METHODS)]))
    return "/api/v1/plain"


def route_for_any_path(app: FastAPI) -> str:
    app.add_route("/{path:path}", view, methods=METHODS)
    return "/api/v1/plain"


def route_at_the_prefix(app: FastAPI) -> str:
    app.add_route("/api", view, methods=METHODS)
    return "/api"


def route_at_the_prefix_with_a_slash(app: FastAPI) -> str:
    app.add_route("/api/", view, methods=METHODS)
    return "/api/"


def resource_by_a_parameter(app: FastAPI) -> str:
    app.add_api_route("/api/v1/{resource}/copies", lambda resource: resource, methods=METHODS)
    return "/api/v1/items/copies"


DOORS: dict[str, Callable[[FastAPI], str]] = {
    each.__name__: each
    for each in (
        added_route,
        added_api_route,
        router_without_its_class,
        route_in_an_included_router,
        mounted_app,
        mounted_fastapi,
        mounted_at_the_prefix,
        mounted_at_the_root,
        route_for_any_path,
        route_at_the_prefix,
        route_at_the_prefix_with_a_slash,
        resource_by_a_parameter,
    )
}


def static_file(app: FastAPI) -> str:
    folder = Path(tempfile.mkdtemp())
    (folder / "price.txt").write_text("in")
    app.mount("/api/v1/files", StaticFiles(directory=folder))
    return "/api/v1/files/price.txt"


def files_at_the_root(app: FastAPI) -> None:
    """Serve a folder that has files below /api."""
    folder = Path(tempfile.mkdtemp())
    (folder / "api").mkdir()
    (folder / "api/price.txt").write_text("in")
    app.mount("/", StaticFiles(directory=folder))


def prefixed(app: FastAPI, method: str, path: str, headers: dict[str, str], json: Any = None) -> int:
    """The status of a request below `--root-path /shop`, whose path servers hand over with that prefix."""
    with TestClient(app, root_path="/shop") as client:
        return client.request(method, f"/shop{path}", headers=headers, json=json).status_code
