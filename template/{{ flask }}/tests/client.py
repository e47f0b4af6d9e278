"""How the tests call the app; the one test file that knows the framework."""

from collections.abc import Iterable
from typing import Any

import httpx2
from flask import Flask


class Transport(httpx2.WSGITransport):
    """Calls the app as servers do: chunked bodies have an end, and the app has one too."""

    def __init__(self, app: Flask) -> None:
        def served(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            return app({**environ, "wsgi.input_terminated": True}, start_response)

        super().__init__(app=served)
        self.database = app.extensions["services"].database

    def close(self) -> None:
        self.database.close()


def make_client(app: Flask) -> httpx2.Client:
    return httpx2.Client(transport=Transport(app), base_url="http://testserver")
