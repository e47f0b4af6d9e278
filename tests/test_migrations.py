"""Where a release has moved a file, an update takes the user's changes along; only that one needs trust."""

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
    assert "Your changes of cli.py are in cli/__init__.py now, with conflicts" in capfd.readouterr().err
    assert conflicts(project) == {NEW}
    text = (project / NEW).read_text("utf-8")
    assert (
        "<<<<<<< before updating\nfrom ..cli_db import db as database\n=======\n>>>>>>> after updating\n"
        in text
    )
    assert not (project / OLD).exists()


def test_or_waits_beside_it(make: Make) -> None:
    project = committed(make("mine", release="v0.1.0"))
    edit(project / OLD, "from .cli_db import db\n", "from .cli_db import db as database\n")
    committed(project, "Mine")
    update(project, conflict="rej")
    assert conflicts(project) == {NEW}
    assert (project / NEW).read_bytes() == (make("fresh") / NEW).read_bytes()
    assert "\n+from ..cli_db import db as database\n" in (project / f"{NEW}.rej").read_text("utf-8")


def test_a_file_that_the_user_deleted_stays_deleted(make: Make) -> None:
    project = committed(make("mine", release="v0.1.0"))
    (project / "src/my_shop/cli_db.py").unlink()
    committed(project, "Mine")
    update(project)
    fresh = files(make("fresh"))
    del fresh["src/my_shop/cli/db.py"]
    assert files(project) == fresh


def test_a_file_that_the_user_moved_already_is_left_to_copier(make: Make) -> None:
    project = committed(make("mine", release="v0.1.0"))
    (project / NEW).parent.mkdir()
    (project / OLD).rename(project / NEW)
    committed(project, "Mine")
    update(project)
    assert conflicts(project) == {NEW}
    assert not (project / OLD).exists()
