"""PostgreSQL is restarted under load: who asks meanwhile is told so, and what was answered is there."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from conftest import Make
from load import loaded
from postgresql import PostgreSQL, installed
from serving import serving
from sqlalchemy import make_url
from stores import Store
from variants import POSTGRESQL_PAIR


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    """A server of our own, which others do not miss."""
    if (programs := installed()) is None:
        assert not os.environ.get("CI"), "there is no initdb in CI"
        pytest.skip("no initdb: install PostgreSQL's server (on Debian: apt install postgresql)")
    with PostgreSQL.made(programs) as server:
        yield server


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
