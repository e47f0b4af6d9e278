"""Many processes, restarted one after another: no request is lost. And writers who share one SQLite."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from conftest import ROOT, Make, run
from load import CLIENTS, loaded
from people import SETTINGS, signed_in
from postgresql import free_port
from serving import Server, serving, started
from stores import Store
from variants import PAIR, POSTGRESQL_PAIR

IS_NIGHT = bool(os.environ.get("NIGHTLY"))


def nginx() -> str:
    """The program, which is not on everybody's path."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if not program:
        assert not os.environ.get("CI"), "there is no nginx in CI"
        pytest.skip("no nginx: install it (on Debian: apt install nginx-light)")
    return program


def documented() -> str:
    _, block = (ROOT / "docs/scaling.md").read_text("utf-8").split("```nginx\n")
    return block.partition("```")[0]


@contextmanager
def proxied(folder: Path, ports: list[int]) -> Iterator[str]:
    """The URL of an nginx before these ports, set up as the documentation has it."""
    folder.mkdir()
    port, block = free_port(), documented()
    for number, each in enumerate(ports, 8001):
        block = block.replace(f"127.0.0.1:{number} ", f"127.0.0.1:{each} ")
    block = block.replace("listen 80;", f"listen 127.0.0.1:{port};")
    assert len(re.findall(r"^    server 127\.0\.0\.1:(?!800\d)", block, re.MULTILINE)) == len(ports)
    temporary = [f"{each}_temp_path {folder};" for each in ("proxy", "fastcgi", "uwsgi", "scgi")]
    lines = [
        "user root;" if os.geteuid() == 0 else "",
        f"daemon off; pid {folder}/pid; error_log {folder}/errors; events {{}} http {{",
        f"log_format tried '$http_x_request_id $upstream_addr'; access_log {folder}/tried tried;",
        f"client_body_temp_path {folder}; {' '.join(temporary)}",
        block,
        "}",
    ]
    (folder / "nginx.conf").write_text("\n".join(lines))
    command = [nginx(), "-e", folder / "errors", "-c", folder / "nginx.conf"]
    process = subprocess.Popen(command)
    try:
        for _ in range(100):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            assert process.poll() is None, (folder / "errors").read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("variant", POSTGRESQL_PAIR)
def test_a_rolling_restart_behind_nginx_loses_no_request(
    installed: Make, tmp_path: Path, variant: str
) -> None:
    nginx()
    project, ports = installed(variant), [free_port() for _ in range(4)]
    store = Store(project, tmp_path)
    run(project / ".venv/bin/my-shop", "db", "upgrade", cwd=project, DATABASE_URL=store.url, **SETTINGS)
    with ExitStack() as all_:
        stacks = {port: all_.enter_context(ExitStack()) for port in ports}

        def start(port: int) -> Server:
            log = tmp_path / f"log-{port}-{time.time()}"
            return stacks[port].enter_context(started(store, project, log, "serve", port=port))

        with ThreadPoolExecutor() as threads:
            servers = dict(zip(ports, threads.map(start, ports), strict=True))
        url = all_.enter_context(proxied(tmp_path / "nginx", ports))
        load = all_.enter_context(loaded(url, signed_in(project, url)))
        began = time.monotonic()
        while True:
            for port in ports:
                assert servers[port].stop() == 0
                servers[port] = start(port)
            if not IS_NIGHT or time.monotonic() - began > 60:
                break
        assert load.failures == []

        killed = ports[0]
        servers[killed].process.kill()
        servers[killed].process.wait(timeout=20)
        time.sleep(0.5)
        servers[killed] = start(killed)
    assert {server.process.returncode for server in servers.values()} == {0}
    # A request is tried at the next process when one is away, and its last one is what its answer is of.
    tried = dict(line.split(" ", 1) for line in (tmp_path / "nginx/tried").read_text().splitlines())
    assert {tried[failure.request_id].split(", ")[-1] for failure in load.failures} <= {f"127.0.0.1:{killed}"}
    assert {str(getattr(failure.answer, "status_code", 0)) for failure in load.failures} <= {"502"}
    assert len(load.failures) <= CLIENTS
    assert load.answered["POST"] > 100
    load.is_kept(store)


# What becomes of connections when the server is told to stop.

REQUEST = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=30)


def answer(connection: socket.socket) -> tuple[bytes, bool]:
    """The status of the answer, and whether it says that no other one will follow."""
    received = b""
    with connection:
        while b'{"status":"ok"}' not in received:
            piece = connection.recv(10_000)
            assert piece, received
            received += piece
    return received.split()[1], b"\r\nconnection: close\r\n" in received.lower()


@pytest.fixture(params=PAIR)
def project(request: pytest.FixtureRequest, installed: Make) -> Path:
    return installed(request.param)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_request_that_comes_just_after_sigterm_is_answered(
    project: Path, tmp_path: Path, workers: str
) -> None:
    with serving(project, tmp_path, "serve", "--workers", workers) as server:
        silent, used, begun = ([connected(server) for _ in range(10)] for _ in range(3))
        for connection in used:
            connection.sendall(REQUEST)
            while b'{"status":"ok"}' not in connection.recv(10_000):
                pass
        for connection in begun:
            connection.sendall(REQUEST[:9])
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        if workers == "1":
            time.sleep(0.5)
        else:  # the parent looks twice a second whether it was told something
            while "Terminated child process" not in server.log.read_text():
                time.sleep(0.05)
            time.sleep(0.3)
        for connection in (*silent, *used):
            connection.sendall(REQUEST)
        for connection in begun:
            connection.sendall(REQUEST[9:])
        assert {answer(connection) for connection in (*silent, *used, *begun)} == {(b"200", True)}
        assert server.process.wait(timeout=10) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_nobody_is_let_in_who_is_not_answered(project: Path, tmp_path: Path, workers: str) -> None:
    """Neither who is not let in yet by the process that stops, nor who waits for workers that are gone."""
    with (
        serving(project, tmp_path, "serve", "--workers", workers) as server,
        ThreadPoolExecutor(16) as threads,
    ):

        def ask_until_it_is_gone() -> Counter[bool]:
            answered = Counter[bool]()
            while server.process.poll() is None:
                try:
                    connection = connected(server)
                except ConnectionRefusedError:
                    answered[False] += 1
                    time.sleep(0.05)
                else:
                    connection.sendall(REQUEST)
                    answered[answer(connection)[0] == b"200"] += 1
            return answered

        clients = [threads.submit(ask_until_it_is_gone) for _ in range(16)]
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        assert all(client.result()[True] for client in clients)
        assert server.process.returncode == 0


# Workers.


def workers_of(server: Server, count: int) -> list[int]:
    """Their process ids, once so many have begun to serve."""
    for _ in range(300):
        text = server.log.read_text()
        if text.count("Application startup complete") >= count:
            return [int(pid) for pid in re.findall(r"Started server process \[(\d+)\]", text)]
        time.sleep(0.1)
    raise AssertionError(server.log.read_text())


def is_there(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.mark.parametrize("variant", POSTGRESQL_PAIR)
def test_workers_are_replaced_and_stopped_by_their_parent(
    installed: Make, tmp_path: Path, variant: str
) -> None:
    with serving(installed(variant), tmp_path, "serve", "--workers", "2") as server:
        first = workers_of(server, 2)
        with loaded(server.url, server.headers) as load:
            time.sleep(1)
            server.process.send_signal(signal.SIGHUP)
            second = workers_of(server, 4)[2:]
            time.sleep(2)
        assert load.failures == []
        load.is_kept(server.store)
        while any(map(is_there, first)):
            time.sleep(0.1)

        os.kill(second[0], signal.SIGKILL)
        third = workers_of(server, 5)[4:]
        assert not is_there(second[0])
        assert httpx2.get(f"{server.url}/health/ready").status_code == 200
        assert server.stop() == 0
        assert not any(map(is_there, [*first, *second, *third]))


# SQLite is no toy.


def test_on_sqlite_two_processes_and_eight_writers_do_not_lock_each_other_out(
    project: Path, tmp_path: Path
) -> None:
    with serving(project, tmp_path, "serve", "--workers", "2") as server:
        workers_of(server, 2)
        with loaded(server.url, server.headers, clients=8) as load:
            time.sleep(60 if IS_NIGHT else 10)
        assert load.failures == []
        assert load.answered["POST"] > 100
        load.is_kept(server.store)
        assert "locked" not in server.log.read_text()
