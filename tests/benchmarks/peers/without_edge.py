"""Our project without its middleware `Edge`, which gives a request its id, its log line and its headers.

This file serves it, by the project's own Python; the `Gate` before it, and all behind it, are there.
"""

from typing import Any

from my_shop import api
from my_shop.api import server
from my_shop.settings import Settings


def create_app(settings: Settings) -> Any:
    app: Any = api.create_app(settings)
    if hasattr(app, "wsgi_app"):
        app.wsgi_app = app.wsgi_app.app
    else:
        app.user_middleware.clear()  # it is built into the app at the first request
    return app


if __name__ == "__main__":
    server.create_app = create_app
    server.serve(Settings.load())
