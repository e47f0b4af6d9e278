"""The tests of a generated project find a PostgreSQL, or start one."""

from pathlib import Path
from shutil import chown
from tempfile import TemporaryDirectory

from building import as_user
from conftest import Make, run

NOBODY = 65534


def test_they_start_a_server_where_there_is_none(installed: Make) -> None:
    """As another user than root, whom initdb refuses."""
    project = installed("fastapi-postgresql")
    with TemporaryDirectory() as folder:
        user = as_user(f"{NOBODY}:{NOBODY}")
        if user:
            chown(folder, NOBODY, NOBODY)
        mine = {"HOME": folder, "TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        alone = ["--noconftest", "--no-cov", "-p", "no:cacheprovider"]
        pytest = [project / ".venv/bin/pytest", "-q", *alone, "tests/test_schemas.py"]
        assert "3 passed" in run(*user, *pytest, cwd=project, **mine).stdout
    assert not Path(folder).exists()
