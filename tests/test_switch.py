"""A switch to the other framework gives what a fresh copy gives, and the way back leads to where it began."""

import pytest
from conftest import NEXT, RELEASES, ROOT, Make, everything, git, run
from jinja2.exceptions import FilterArgumentError
from lifecycle import NOTES, OTHER, committed, switch, update
from reading import blocks, section
from variants import PAIRED, VARIANTS

FROM = [*((f"v{version}", "none") for version in RELEASES), (NEXT, "none"), (NEXT, "jwt")]


@pytest.mark.parametrize("framework", OTHER)
@pytest.mark.parametrize(("release", "auth"), FROM)
def test_a_switched_project_is_a_fresh_one(make: Make, release: str, auth: str, framework: str) -> None:
    asked = {} if auth == "none" else {"auth": auth}  # which is no question of a release before 0.3.0
    project = committed(make("switched", release=release, framework=framework, **asked))
    switch(project, OTHER[framework])
    fresh = make("fresh", framework=OTHER[framework], **asked)
    assert everything(project) == everything(fresh)


@pytest.mark.parametrize("framework", OTHER)
def test_a_switch_may_bring_accounts_too(make: Make, framework: str) -> None:
    project = committed(make("switched", framework=framework))
    update(project, conflict="rej", framework=OTHER[framework], auth="jwt")
    assert everything(project) == everything(make("fresh", framework=OTHER[framework], auth="jwt"))


@pytest.mark.parametrize("variant", PAIRED)
def test_there_and_back_is_where_it_began(make: Make, variant: str) -> None:
    project = committed(make("travelled", **VARIANTS[variant]))
    framework = VARIANTS[variant].get("framework", "fastapi")
    service = project / "src/my_shop/items/service.py"
    service.write_text(service.read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    (service.parent / NOTES).write_text("Ours.\n", "utf-8")
    committed(project, "Mine")
    switch(project, OTHER[framework])
    assert service.read_text("utf-8").endswith("\n\nMINE = 1\n")
    committed(project, "There")
    switch(project, framework)
    committed(project, "Back")
    assert git(project, "diff", "--stat", "HEAD~2") == ""


def test_the_way_back_takes_the_edge_from_git(make: Make) -> None:
    project = committed(make("travelled"))
    routes = project / "src/my_shop/api/items.py"
    routes.write_text(routes.read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    (routes.parent / "makers.py").write_text("import fastapi\n")
    committed(project, "Mine")
    before = git(project, "rev-parse", "HEAD").strip()
    switch(project, "flask")
    routes.with_name("items.py.rej").unlink()
    committed(project, "There")
    switch(project, "fastapi")

    (command,) = blocks(section((ROOT / "docs/switching.md").read_text("utf-8"), "Back again"), "console")
    run("sh", "-ec", command.removeprefix("$ ").replace("COMMIT", before), cwd=project)
    committed(project, "Back")
    assert git(project, "diff", "--stat", before) == ""


def test_a_change_that_waits_is_not_overwritten(make: Make) -> None:
    project = committed(make("waiting"))
    routes = project / "src/my_shop/api/items.py"
    routes.write_text(routes.read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    committed(project, "Mine")
    switch(project, "flask")
    committed(project, "Unfinished")
    with pytest.raises(FilterArgumentError, match=r"overwritten\. .*: src/my_shop/api/items.py.rej$"):
        switch(project, "fastapi")
    assert git(project, "status", "--porcelain") == ""
