"""The real server, in a process of its own, over a socket."""

import subprocess

import httpx2

from .people import HEADERS
from .test_items_api import LAMP


def test_it_serves(server: str) -> None:
    with httpx2.Client(base_url=server, headers=HEADERS) as client:
        created = client.post("/api/v1/items", json={**LAMP, "name": "Lamp of the server's test"})
        assert created.status_code == 201
        assert client.get(created.headers["Location"]).json() == created.json()
        assert client.get("/health/ready").json() == {"status": "ok"}


def test_what_was_answered_is_there_for_others(server: str) -> None:
    with (
        httpx2.Client(base_url=server, headers=HEADERS) as writer,
        httpx2.Client(base_url=server, headers=HEADERS) as reader,
    ):
        for n in range(50):
            created = writer.post("/api/v1/items", json={**LAMP, "name": f"Lamp {n} of the server's test"})
            path = created.headers["Location"]
            assert reader.get(path).json() == created.json()
            changed = writer.patch(path, json={"price": "1"})
            assert reader.get(path).json() == changed.json()
            assert writer.delete(path).status_code == 204
            assert reader.get(path).status_code == 404


def test_it_keeps_what_its_document_says(schemathesis: subprocess.Popen[str]) -> None:
    output, _ = schemathesis.communicate(timeout=120)
    assert schemathesis.returncode == 0, output
