"""Where there is no server to test on, one is started; the way out is told where none can be."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from . import schemas


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_SERVER", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(schemas, "LOCAL", "postgresql+psycopg://postgres@127.0.0.1:1/postgres")


def test_a_server_is_started_and_stopped(tmp_path: Path) -> None:
    with schemas.server(tmp_path) as url:
        port = make_url(url).port
        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres") as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres")


def test_it_is_told_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    with (
        pytest.raises(pytest.skip.Exception, match=r"Install it .*, or name a server"),
        schemas.server(tmp_path),
    ):
        pass


def test_one_that_is_named_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_SERVER", schemas.LOCAL)
    with pytest.raises(psycopg.OperationalError), schemas.server(tmp_path):
        pass
