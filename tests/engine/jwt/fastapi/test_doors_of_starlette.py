"""What FastAPI has besides routes of HTTP: a guard sees it, or the app does not start."""

from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Host, Match, Mount, Router
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from my_shop.api import create_app
from my_shop.settings import Settings

from .doors import asgi
from .people import headers_of


def test_a_websocket_needs_the_credentials_of_its_resource(settings: Settings) -> None:
    app = create_app(settings)

    @app.websocket("/api/v1/news")
    async def news(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("in")
        await websocket.close()

    with TestClient(app) as client:
        for headers in ({}, {"Authorization": "Bearer x"}, headers_of("ada", "items:read")):
            with (
                pytest.raises(WebSocketDisconnect) as refused,
                client.websocket_connect("/api/v1/news", headers=headers),
            ):
                pass
            assert refused.value.code == 1008
        with client.websocket_connect("/api/v1/news", headers=headers_of("ada", "news:read")) as session:
            assert session.receive_text() == "in"


def test_an_app_with_a_route_that_has_no_path_does_not_start(settings: Settings) -> None:
    app = create_app(settings)
    app.router.routes.append(Host("shop.example", Router([Mount("/api", asgi)])))
    with (
        pytest.raises(RuntimeError, match=r"has no path, so it is not known who may call it\."),
        TestClient(app),
    ):
        pass
    assert TestClient(app).get("/health/live").status_code == 500


def test_routes_that_change_while_serving_are_seen(settings: Settings) -> None:
    app = create_app(settings)
    late = APIRouter(prefix="/api/v1/late")
    app.include_router(late)
    app.add_api_route("/api/v1/plain", lambda: "open", openapi_extra={"security": []})
    with TestClient(app) as client:
        assert client.get("/api/v1/plain").status_code == 200
        app.router.routes.pop()
        app.add_api_route("/api/v1/plain", lambda: "closed")
        assert client.get("/api/v1/plain").status_code == 401
        late.add_api_route("", lambda: "closed")
        assert client.get("/api/v1/late", headers=headers_of("ada", "")).status_code == 403
        assert client.get("/api/v1/late", headers=headers_of("ada", "late:read")).status_code == 200


def test_a_frontend_needs_credentials_below_api(settings: Settings, tmp_path: Path) -> None:
    app = create_app(settings)
    (tmp_path / "index.html").write_text("in")
    app.frontend("/api/v1/files", directory=tmp_path)
    with TestClient(app) as client:
        assert client.get("/api/v1/files/index.html").status_code == 401
        assert client.get("/api/v1/files/index.html", headers=headers_of("ada", "")).text == "in"


class Partial(BaseRoute):
    """A route of a class that nobody knows, which answers what it matches in part."""

    path_format = "/api/v1/partial"
    methods: frozenset[str] = frozenset()
    name = "partial"

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.PARTIAL if scope["path"] == self.path_format else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asgi(scope, receive, send)


def test_a_route_that_matches_in_part_and_answers_needs_credentials(settings: Settings) -> None:
    app = create_app(settings)
    app.router.routes.append(Partial())
    with TestClient(app) as client:
        assert client.get(Partial.path_format).status_code == 401
        assert client.get(Partial.path_format, headers=headers_of("ada", "")).text == "in"
