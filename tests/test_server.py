"""The real servers, started by the project's own command."""

import json
import re
import shutil
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from conftest import Make, run
from lifecycle import edit
from postgresql import free_port
from serving import Server, serving, wait_for
from variants import PAIR, PAIRED

LAMP = {"name": "Lamp", "price": "12.50"}


@pytest.fixture(params=PAIR)
def project(request: pytest.FixtureRequest, installed: Make) -> Path:
    return installed(request.param)


both_kinds = pytest.mark.parametrize("project", PAIRED, indirect=True)  # with accounts, and without


@both_kinds
def test_it_starts_answers_and_stops(project: Path, tmp_path: Path) -> None:
    with serving(project, tmp_path, "serve") as server:
        with httpx2.Client(base_url=server.url, headers=server.headers) as client:
            created = client.post("/api/v1/items", json=LAMP)
            assert created.status_code == 201
            assert client.get(created.headers["Location"]).json() == created.json()
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 5
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert [line["path"] for line in lines if line["event"] == "request"][-2:] == [
        "/api/v1/items",
        created.headers["Location"],
    ]


def test_requests_in_flight_are_finished_when_it_is_told_to_stop(project: Path, tmp_path: Path) -> None:
    with serving(project, tmp_path, "serve") as server, ThreadPoolExecutor() as threads:
        with server.store.locked():  # so that the request has to wait
            waiting = threads.submit(httpx2.post, f"{server.url}/api/v1/items", json=LAMP, timeout=10)
            time.sleep(0.5)
            stopping = threads.submit(server.stop)
            time.sleep(0.5)
            assert not waiting.done()
            assert not stopping.done()
        assert waiting.result().status_code == 201
        assert stopping.result() == 0


def test_it_is_ready_while_every_thread_waits_for_a_locked_database(project: Path, tmp_path: Path) -> None:
    with serving(project, tmp_path, "serve") as server, ThreadPoolExecutor(20) as threads:
        with server.store.locked():
            waiting = [
                threads.submit(
                    httpx2.post,
                    f"{server.url}/api/v1/items",
                    json={**LAMP, "name": f"Lamp {n}"},
                    timeout=30,
                )
                for n in range(20)
            ]
            time.sleep(1)
            for probe in ("ready", "live"):
                began = time.monotonic()
                assert httpx2.get(f"{server.url}/health/{probe}", timeout=5).json() == {"status": "ok"}
                assert time.monotonic() - began < 1
            assert not any(each.done() for each in waiting)
        assert {each.result().status_code for each in waiting} == {201}


STREAM = {
    "flask": """
import sys, time
from flask import Flask, stream_with_context, request

def add_streams(app: Flask) -> Flask:
    @app.get("/stream")
    def stream():
        def pieces():
            for n in range(4):
                time.sleep(0.5)
                yield f"{n} of {request.path}\\n"
        return app.response_class(stream_with_context(pieces()))

    @app.get("/endless")
    def endless():
        def pieces():
            try:
                while True:
                    time.sleep(0.1)
                    yield "more\\n"
            finally:
                print("the stream was closed", file=sys.stderr, flush=True)
        return app.response_class(pieces())
    return app
""",
    "fastapi": """
import asyncio, sys
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

def add_streams(app: FastAPI) -> FastAPI:
    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def pieces():
            for n in range(4):
                await asyncio.sleep(0.5)
                yield f"{n} of /stream\\n"
        return StreamingResponse(pieces())

    @app.get("/endless")
    async def endless() -> StreamingResponse:
        async def pieces():
            try:
                while True:
                    await asyncio.sleep(0.1)
                    yield "more\\n"
            finally:
                print("the stream was closed", file=sys.stderr, flush=True)
        return StreamingResponse(pieces())
    return app
""",
}


@pytest.mark.parametrize("framework", PAIR)
def test_an_answer_streams_for_longer_than_it_may_take_to_begin(
    installed: Make, tmp_path: Path, framework: str
) -> None:
    """With a route of the user's own, in the words of its framework."""
    project = tmp_path / "project"
    shutil.copytree(installed(framework), project, symlinks=True)
    api = project / "src/my_shop/api"
    (api / "stream.py").write_text(STREAM[framework], "utf-8")
    edit(api / "__init__.py", "    return app\n", "    return stream.add_streams(app)\n")
    edit(api / "__init__.py", "health, items, openapi\n", "health, items, openapi, stream\n")
    settings = {"PYTHONPATH": str(project / "src"), "REQUEST_SECONDS": "1"}
    with serving(project, tmp_path, "serve", **settings) as server:
        began = time.monotonic()
        with httpx2.stream("GET", f"{server.url}/stream") as answer:
            pieces = [(line, time.monotonic() - began) for line in answer.iter_lines()]
        assert [line for line, _ in pieces] == [f"{n} of /stream" for n in range(4)]
        assert pieces[0][1] < 1 < pieces[-1][1]
        with httpx2.stream("GET", f"{server.url}/endless") as answer:
            next(answer.iter_lines())  # a client that has enough of it
        for _ in range(50):
            if "the stream was closed" in server.log.read_text():
                break
            time.sleep(0.1)
        assert server.stop() == 0
    assert "the stream was closed" in server.log.read_text()
    assert "Traceback" not in server.log.read_text()


@both_kinds
def test_several_processes_serve_one_database(project: Path, tmp_path: Path) -> None:
    with serving(project, tmp_path, "serve", "--workers", "2") as server:
        with httpx2.Client(base_url=server.url, headers=server.headers) as client:
            for n in range(20):
                assert client.post("/api/v1/items", json={**LAMP, "name": f"Lamp {n}"}).status_code == 201
            assert len(client.get("/api/v1/items?limit=100").json()["items"]) == 20
        assert server.stop() == 0


def test_it_does_not_start_on_a_database_that_is_not_migrated(project: Path, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}", "PORT": str(free_port())}
    with pytest.raises(
        AssertionError, match=r"Error: The database is not migrated\. Run: (uv run )?my-shop db upgrade"
    ):
        run(project / ".venv/bin/my-shop", "serve", cwd=project, **settings)


def test_it_does_not_start_with_a_wrong_setting(project: Path) -> None:
    with pytest.raises(AssertionError, match=r"Error: THREADS: Input should be a valid integer"):
        run(project / ".venv/bin/my-shop", "serve", cwd=project, THREADS="many")


def test_a_second_one_does_not_start_on_the_same_port(project: Path, tmp_path: Path) -> None:
    with serving(project, tmp_path, "serve") as server:
        settings = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'served.db'}",
            "PORT": server.url.rpartition(":")[2],
        }
        with pytest.raises(AssertionError, match="Error: Cannot listen on"):
            run(project / ".venv/bin/my-shop", "serve", cwd=project, **settings)


def test_dev_migrates_prints_the_links_and_reloads(project: Path, tmp_path: Path) -> None:
    with serving(project, tmp_path, "dev") as server:
        assert httpx2.get(f"{server.url}/api/v1/items").json() == {"items": [], "next_cursor": None}
        assert f"Documentation  {server.url}/docs and {server.url}/redoc" in server.log.read_text()
        source = project / "src/my_shop/seeds.py"
        source.write_text(source.read_text("utf-8"), "utf-8")
        for _ in range(100):
            if len(re.findall("running on|Listening at", server.log.read_text())) > 1:
                break
            time.sleep(0.1)
        else:
            raise AssertionError(server.log.read_text())
        wait_for(server)
        assert server.stop() == 0


HEAD = b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: "
TYPE = b"Content-Type: application/json\r\n"
BODY = b"POST /api/v1/items HTTP/1.1\r\nHost: x\r\n" + TYPE + b"Content-Length: 1000\r\n\r\n"


@pytest.mark.parametrize("begun", [HEAD, BODY], ids=["head", "body"])
def test_clients_that_send_slowly_do_not_stop_the_others(project: Path, tmp_path: Path, begun: bytes) -> None:
    with serving(project, tmp_path, "serve") as server, ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(200)]
        for connection in slow:
            connection.sendall(begun)
        for second in range(3):
            time.sleep(1)
            for connection in slow:
                connection.sendall(b"[")
            others_are_answered(server, second)


def test_clients_that_read_slowly_do_not_stop_the_others(project: Path, tmp_path: Path) -> None:
    with serving(project, tmp_path, "serve") as server, ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in range(200)]
        for connection in slow:
            connection.sendall(b"GET /docs/swagger-ui-bundle.js HTTP/1.0\r\nHost: x\r\n\r\n")
        for second in range(3):
            time.sleep(1)
            for connection in slow:
                assert len(connection.recv(1000)) > 0
            others_are_answered(server, second)
        rest = b"".join(iter(lambda: slow[0].recv(100_000), b""))
        assert len(rest) > 1_000_000


def connected(server: Server) -> socket.socket:
    """A connection that takes little at a time, so that the server cannot leave the rest to the kernel."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
    return connection


def others_are_answered(server: Server, number: int) -> None:
    """Each of them within two seconds."""
    with httpx2.Client(base_url=server.url, timeout=2) as client:
        lamp = client.post("/api/v1/items", json={**LAMP, "name": f"Lamp {number}"})
        answers = [lamp, *map(client.get, ("/health/live", "/health/ready", "/api/v1/items"))]
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
    assert max(answer.elapsed for answer in answers) < timedelta(seconds=2)
