"""How the tests call the app; the one test file that knows the framework."""

from collections.abc import Iterable
from typing import Any

import httpx2
from flask import Flask


def make_client(app: Flask) -> httpx2.Client:
    def served(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # As servers do: chunked bodies have an end.
        return app({**environ, "wsgi.input_terminated": True}, start_response)

    return httpx2.Client(transport=httpx2.WSGITransport(app=served), base_url="http://testserver")
