"""The real server, in a process of its own, over a socket."""

import subprocess

import httpx2

from .test_items_api import LAMP


def test_it_serves(server: str) -> None:
    with httpx2.Client(base_url=server) as client:
        created = client.post("/api/v1/items", json={**LAMP, "name": "Lamp of the server's test"})
        assert created.status_code == 201
        assert client.get(created.headers["Location"]).json() == created.json()
        assert client.get("/health/ready").json() == {"status": "ok"}


def test_it_keeps_what_its_document_says(schemathesis: subprocess.Popen[str]) -> None:
    output, _ = schemathesis.communicate(timeout=60)
    assert schemathesis.returncode == 0, output
