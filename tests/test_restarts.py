"""PostgreSQL is restarted under load: who asks meanwhile is told so, and what was answered is there."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from conftest import Make, run
from load import loaded
from serving import free_port, serving
from sqlalchemy import make_url
from stores import Store
from variants import POSTGRESQL_PAIR


class PostgreSQL:
    """A server of our own, which others do not miss."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))  # where Debian has it
        initdb = shutil.which("initdb") or (found and str(found[-1]))
        if not initdb:
            assert not os.environ.get("CI"), "there is no initdb in CI"
            pytest.skip("no initdb: install PostgreSQL's server (on Debian: apt install postgresql)")
        self.bin = Path(initdb).parent
        self.data = folder / "data"
        self.log = folder / "log"
        self.port = free_port()
        self.user: list[str] = []
        if os.geteuid() == 0:  # whom it does not run for
            shutil.chown(folder, "postgres", "postgres")
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._do("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")

    def _do(self, program: str, *arguments: str) -> None:
        # Whose output is no pipe of ours: the server would hold it open.
        run(*self.user, self.bin / program, f"--pgdata={self.data}", *arguments, cwd=Path("/"))

    def control(self, *arguments: str) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._do("pg_ctl", f"--log={self.log}", f"--options={options}", "--wait", *arguments)

    @contextmanager
    def running(self) -> Iterator[str]:
        self.control("start")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        finally:
            self.control("stop", "--mode=immediate")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    # Not below the folder of the tests, which is closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        yield PostgreSQL(Path(folder))


@pytest.mark.parametrize("variant", POSTGRESQL_PAIR)
def test_who_asks_while_postgresql_restarts_is_told_to_come_again(
    installed: Make, tmp_path: Path, postgresql: PostgreSQL, variant: str
) -> None:
    with postgresql.running() as server_url:
        url = make_url(server_url).set(database=f"shop_{variant.partition('-')[0]}")
        with serving(
            installed(variant), tmp_path, "serve", DATABASE_URL=url.render_as_string(False)
        ) as server:
            store = Store.at(url)
            with loaded(server.url, server.headers) as load:
                for _ in range(2):
                    time.sleep(2)
                    postgresql.control("restart", "--mode=fast")
                time.sleep(1)
                failed, answered = len(load.failures), load.answered["POST"]
                time.sleep(1)
                assert len(load.failures) == failed  # since it is back
                assert load.answered["POST"] > answered
            assert {told(failure.answer) for failure in load.failures} == {(503, "1")}
            assert load.slowest < 10
            load.is_kept(store)
            assert httpx2.get(f"{server.url}/health/ready").status_code == 200
            assert server.stop() == 0


def told(answer: object) -> object:
    return (
        (answer.status_code, answer.headers.get("Retry-After"))
        if isinstance(answer, httpx2.Response)
        else answer
    )
