"""The real server, in a process of its own, over a socket."""

import subprocess
import sys
from pathlib import Path

import httpx2

from .test_items_api import LAMP


def test_it_serves_and_stops(server: str) -> None:
    with httpx2.Client(base_url=server) as client:
        created = client.post("/api/v1/items", json=LAMP)
        assert created.status_code == 201
        assert client.get(created.headers["Location"]).json() == created.json()
        assert client.get("/health/ready").json() == {"status": "ok"}


def test_it_keeps_what_its_document_says(server: str, tmp_path: Path) -> None:
    """schemathesis makes requests from the document, good and bad ones, and checks the answers."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    config = Path(__file__).with_name("schemathesis.toml")
    run = subprocess.run(
        [program, "--config-file", config, "run", f"{server}/openapi.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
