"""What can be put around a Flask app: where its guard cannot see it, the app does not serve."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.wrappers import Response

from my_shop.api import create_app
from my_shop.api.asgi import asgi
from my_shop.settings import Settings


@pytest.fixture
def app(settings: Settings) -> Iterator[Any]:
    app = create_app(settings)
    yield app
    app.extensions["services"].database.close()


@pytest.mark.parametrize("path", ["/api", "/api/v1/sub", ""])
def test_an_app_that_is_mounted_below_api_is_refused(app: Any, path: str) -> None:
    app.wsgi_app = ProxyFix(DispatcherMiddleware(app.wsgi_app, {path: Response("in")}))
    for _ in range(2):
        with pytest.raises(
            RuntimeError, match=rf"mounted at {path or '/'} would be open to anybody\. Make it a blueprint"
        ):
            app.test_client().get(f"{path}/x")


def test_a_folder_that_is_shared_below_api_is_refused(app: Any, tmp_path: Path) -> None:
    app.wsgi_app = SharedDataMiddleware(app.wsgi_app, {"/api/v1/files": str(tmp_path)})
    with pytest.raises(RuntimeError, match=r"mounted at /api/v1/files would be open"):
        app.test_client().get("/api/v1/files/x")


def test_such_an_app_does_not_start(app: Any) -> None:
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api/v1/sub": Response("in")})
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(asgi(app)({"type": "lifespan"}, receive, send))
    assert [message["type"] for message in sent] == ["lifespan.startup.failed"]
    assert sent[0]["message"].startswith("What is mounted at /api/v1/sub would be open to anybody.")


def test_an_app_that_is_mounted_elsewhere_is_served(app: Any) -> None:
    app.wsgi_app = ProxyFix(DispatcherMiddleware(app.wsgi_app, {"/apis": Response("in")}))
    assert app.test_client().get("/apis/x").text == "in"
    assert app.test_client().get("/health/live").status_code == 200
    assert app.test_client().get("/api/v1/items").status_code == 401
