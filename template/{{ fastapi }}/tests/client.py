"""How the tests call the app; the one test file that knows the framework."""

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient


def make_client(app: FastAPI) -> httpx2.Client:
    return TestClient(app, follow_redirects=False)
