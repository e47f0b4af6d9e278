"""Any answer can be changed later: the update ends where a fresh copy with these answers starts."""

import re
from itertools import pairwise
from pathlib import Path

import copier
import pytest
import yaml
from conftest import NEXT, ROOT, Make, everything, files, git, run
from lifecycle import committed, update
from reading import blocks, section
from variants import VARIANTS

ROWS = list(VARIANTS)
NEIGHBOURS = [*pairwise(ROWS), *pairwise(reversed(ROWS))]


def answers(project: Path) -> dict[str, str]:
    answers: dict[str, str] = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    return {name: value for name, value in answers.items() if not name.startswith("_")}


def rename(project: Path, old: str, new: str) -> None:
    """As docs/updating.md says: first the package, also where the user's own files say it."""
    page = (ROOT / "docs/updating.md").read_text("utf-8")
    lines = blocks(section(page, "Change an answer"), "console")[1].replace("$ ", "")
    lines = re.sub(r"\bacme\b", new, re.sub(r"\bmy_shop\b", old, lines))
    first, _, last = lines.partition("uvx copier")
    run("sh", "-ec", first, cwd=project)
    update(project, package_name=new)
    if "UU" in git(project, "status", "--porcelain"):
        run("sh", "-ec", last.splitlines()[1], cwd=project)


@pytest.mark.parametrize(("before", "after"), NEIGHBOURS)
def test_changed_answers_lead_to_a_fresh_project(make: Make, rendered: Make, before: str, after: str) -> None:
    project, fresh = committed(make("changed", **VARIANTS[before])), rendered(after)
    old, new = answers(project), answers(fresh)
    if old["package_name"] != new["package_name"]:
        rename(project, old["package_name"], new["package_name"])
        committed(project, "Rename it everywhere")
    update(project, **new)
    assert everything(project) == everything(fresh)


@pytest.mark.parametrize("deleted", [None, "src/my_shop/__init__.py"])
@pytest.mark.parametrize("file", [".copier-answers.yml", ".other.yml"])
def test_a_package_is_not_renamed_under_the_users_hands(
    template: Path, tmp_path: Path, deleted: str | None, file: str
) -> None:
    project = tmp_path / "mine"
    copier.run_copy(str(template), project, answers_file=file, defaults=True, quiet=True)
    if deleted:
        (project / deleted).unlink()
    committed(project)
    with pytest.raises(ValueError, match=r"would be lost\. Rename it first, .*: git mv src/my_shop src/acme"):
        copier.run_update(
            project,
            {"package_name": "acme"},
            answers_file=file,
            vcs_ref=NEXT,
            defaults=True,
            overwrite=True,
            quiet=True,
        )
    assert git(project, "status", "--porcelain") == ""


def test_a_renamed_package_keeps_what_the_user_wrote(make: Make) -> None:
    project = committed(make("mine"))
    service = project / "src/my_shop/items/service.py"
    service.write_text(service.read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    (service.parent / "mine.py").write_text("MINE = 2\n")
    (project / "migrations/versions/0002_mine.py").write_text("from my_shop.database import Moment\n")
    committed(project, "Mine")
    rename(project, "my_shop", "acme")
    fresh = files(make("fresh", package_name="acme"))
    fresh["src/acme/items/service.py"] += b"\n\nMINE = 1\n"
    fresh["src/acme/items/mine.py"] = b"MINE = 2\n"
    fresh["migrations/versions/0002_mine.py"] = b"from acme.database import Moment\n"
    assert files(project) == fresh
