"""Any answer can be changed later: the update ends where a fresh copy with these answers starts."""

from pathlib import Path

import pytest
import yaml
from conftest import Make, files, git
from lifecycle import committed, update
from variants import VARIANTS

ROWS = list(VARIANTS)
NEIGHBOURS = [
    (row, other) for i, row in enumerate(ROWS) for other in (ROWS[i - 1], ROWS[(i + 1) % len(ROWS)])
]


def answers(project: Path) -> dict[str, str]:
    answers: dict[str, str] = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    return {name: value for name, value in answers.items() if not name.startswith("_")}


def rename(project: Path, old: str, new: str) -> None:
    """As the template says when it is asked to without: move the package first, and change nothing else."""
    git(project, "mv", f"src/{old}", f"src/{new}")
    committed(project, "Rename the package")
    update(project, package_name=new)


@pytest.mark.parametrize(("before", "after"), NEIGHBOURS)
def test_changed_answers_lead_to_a_fresh_project(make: Make, rendered: Make, before: str, after: str) -> None:
    project, fresh = committed(make("changed", **VARIANTS[before])), rendered(after)
    old, new = answers(project), answers(fresh)
    if old["package_name"] != new["package_name"]:
        rename(project, old["package_name"], new["package_name"])
        committed(project, "Rename it everywhere")
    update(project, **new)
    assert files(project) == files(fresh)
    assert (project / ".copier-answers.yml").read_bytes() == (fresh / ".copier-answers.yml").read_bytes()


def test_a_package_is_not_renamed_under_the_users_hands(make: Make) -> None:
    project = committed(make("mine"))
    with pytest.raises(ValueError, match=r"would be lost\. Move it first, .*: git mv src/my_shop src/acme"):
        update(project, package_name="acme")
    assert git(project, "status", "--porcelain") == ""


def test_a_renamed_package_keeps_what_the_user_wrote(make: Make) -> None:
    project = committed(make("mine"))
    service = project / "src/my_shop/items/service.py"
    service.write_text(service.read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    (service.parent / "mine.py").write_text("MINE = 2\n")
    committed(project, "Mine")
    rename(project, "my_shop", "acme")

    # The template is the same, so the user's side of each conflict is right.
    git(project, "checkout", "--ours", "--", "src")
    fresh = files(make("fresh", package_name="acme"))
    fresh["src/acme/items/service.py"] += b"\n\nMINE = 1\n"
    fresh["src/acme/items/mine.py"] = b"MINE = 2\n"
    assert files(project) == fresh
