"""Where a release has moved a file, an update takes the user's changes along; only that one needs trust."""

from pathlib import Path

import copier
import pytest
import yaml
from conftest import NEXT, RELEASES, ROOT, Make, files, git
from copier.errors import UnsafeTemplateError
from lifecycle import committed, conflicts, edit, update
from packaging.version import Version

SPEC = yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))
MOVES = {Version(migration["version"]) for migration in SPEC["_migrations"]}


@pytest.mark.parametrize("release", RELEASES)
def test_only_an_update_that_crosses_a_move_asks_for_trust(make: Make, release: str) -> None:
    project = committed(make("careful", release=f"v{release}"))
    if Version(release) < max(MOVES):
        with pytest.raises(UnsafeTemplateError, match="consider adding the `--trust` option"):
            copier.run_update(project, defaults=True, overwrite=True, quiet=True, vcs_ref=NEXT)
        assert git(project, "status", "--porcelain") == ""
    else:
        copier.run_update(project, defaults=True, overwrite=True, quiet=True, vcs_ref=NEXT)


OLD, NEW = "src/my_shop/cli.py", "src/my_shop/cli/__init__.py"


def test_what_collides_with_the_template_is_marked(make: Make, capfd: pytest.CaptureFixture[str]) -> None:
    project = committed(make("mine", release="v0.1.0"))
    edit(project / OLD, "from .cli_db import db\n", "from .cli_db import db as database\n")
    committed(project, "Mine")
    update(project)
    assert "Your changes to cli.py are in cli/__init__.py now, with conflicts" in capfd.readouterr().err
    assert conflicts(project) == {NEW}
    text = (project / NEW).read_text("utf-8")
    mine = text.partition("<<<<<<< before updating\n")[2].partition("=======\n")[0]
    assert "from .db import db as database\n" in mine
    assert not (project / OLD).exists()


def test_or_waits_beside_it(make: Make) -> None:
    project = committed(make("mine", release="v0.1.0"))
    edit(project / OLD, "from .cli_db import db\n", "from .cli_db import db as database\n")
    committed(project, "Mine")
    update(project, conflict="rej")
    assert conflicts(project) == {NEW}
    assert (project / NEW).read_bytes() == (make("fresh") / NEW).read_bytes()
    assert "\n+from .db import db as database\n" in (project / f"{NEW}.rej").read_text("utf-8")


def test_a_file_that_the_user_deleted_stays_deleted(make: Make, capfd: pytest.CaptureFixture[str]) -> None:
    project = committed(make("mine", release="v0.1.0"))
    (project / "src/my_shop/cli_db.py").unlink()
    committed(project, "Mine")
    update(project)
    fresh = files(make("fresh"))
    del fresh["src/my_shop/cli/db.py"]
    assert files(project) == fresh
    assert "You had deleted cli_db.py, so cli/db.py is left out. Delete its import" in capfd.readouterr().err


def test_a_file_that_the_user_moved_already_is_left_to_copier(make: Make) -> None:
    project = committed(make("mine", release="v0.1.0"))
    (project / NEW).parent.mkdir()
    (project / OLD).rename(project / NEW)
    committed(project, "Mine")
    update(project)
    assert conflicts(project) == {NEW}
    assert not (project / OLD).exists()


def test_an_update_to_a_commit_without_a_tag_takes_them_along_too(template: Path, make: Make) -> None:
    project = committed(make("mine", release="v0.1.0"))
    (project / OLD).write_text((project / OLD).read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    committed(project, "Mine")
    clone = project.parent / "clone"
    git(project.parent, "clone", "-q", "--no-tags", str(template), str(clone))
    git(clone, "tag", "v0.1.0", git(template, "rev-parse", "v0.1.0^{commit}").strip())
    edit(project / ".copier-answers.yml", f"_src_path: {template}\n", f"_src_path: {clone}\n")
    committed(project, "Another place")
    update(project, to="HEAD")
    assert "_commit: v0.1.0-" in (project / ".copier-answers.yml").read_text("utf-8")
    assert (project / NEW).read_text("utf-8").endswith("\n\nMINE = 1\n")


def test_what_the_user_has_where_the_file_goes_is_kept_beside_it(make: Make) -> None:
    project = committed(make("mine", release="v0.1.0"))
    (project / OLD).write_text((project / OLD).read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    (project / NEW).parent.mkdir()
    (project / NEW).write_text("OURS = 2\n", "utf-8")
    committed(project, "Mine")
    update(project)
    assert "OURS = 2\n" in (project / NEW).read_text("utf-8")
    assert "\n+MINE = 1\n" in (project / f"{NEW}.rej").read_text("utf-8")


def test_relative_imports_lead_to_the_same_modules(make: Make) -> None:
    project = committed(make("mine", release="v0.1.0"))
    mine = '''

def mine() -> str:
    from.settings import Settings
    if Settings: from .cli_db import seed, upgrade; from .cli_db import check
    from . import seeds
    from .items.service import (
        Items,
    )
    return """
from .here to there
"""
'''
    (project / OLD).write_text((project / OLD).read_text("utf-8") + mine, "utf-8")
    committed(project, "Mine")
    update(project)
    for old, new in (
        ("from.settings", "from ..settings"),
        (".cli_db import", ".db import"),
        ("from . import seeds", "from .. import seeds"),
        ("from .items", "from ..items"),
    ):
        mine = mine.replace(old, new)
    assert (project / NEW).read_text("utf-8").endswith(mine)
