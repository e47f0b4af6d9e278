"""How the tests call the app; the one test file that knows the framework."""

import httpx2
from flask import Flask


def make_client(app: Flask) -> httpx2.Client:
    return httpx2.Client(transport=httpx2.WSGITransport(app=app), base_url="http://testserver")
