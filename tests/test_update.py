"""An update, also one that changes the framework, ends where a fresh copy starts."""

from pathlib import Path

import copier
import pytest
from conftest import Make, files, git
from jinja2.exceptions import FilterArgumentError


def committed(project: Path) -> Path:
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "Generate")
    return project


def update(project: Path, **answers: str) -> None:
    copier.run_update(
        project,
        answers,
        defaults=True,
        overwrite=True,
        quiet=True,
        vcs_ref=copier.VcsRef.CURRENT,
        conflict="rej",
        context_lines=1,
    )


@pytest.mark.parametrize(("before", "after"), [("fastapi", "flask"), ("flask", "fastapi")])
def test_a_switched_project_is_a_fresh_one(make: Make, before: str, after: str) -> None:
    project = committed(make("switched", framework=before))
    update(project, framework=after)
    fresh = make("fresh", framework=after)
    assert files(project) == files(fresh)
    assert (project / ".copier-answers.yml").read_bytes() == (fresh / ".copier-answers.yml").read_bytes()


def test_a_switch_keeps_what_the_user_wrote(make: Make) -> None:
    project = committed(make("mine", framework="flask"))
    service, route = project / "src/my_shop/items/service.py", project / "src/my_shop/api/items.py"
    for path in (service, route):
        path.write_text(path.read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    git(project, "commit", "-qam", "Mine")
    update(project, framework="fastapi")
    assert service.read_text("utf-8").endswith("MINE = 1\n")
    assert route.read_bytes() == (make("fresh") / "src/my_shop/api/items.py").read_bytes()
    assert "+MINE = 1" in route.with_name("items.py.rej").read_text("utf-8")


def test_a_misspelt_question_is_refused_on_an_update_too(make: Make) -> None:
    project = committed(make("project"))
    with pytest.raises(FilterArgumentError, match=r'^There is no question "frammework"\.'):
        update(project, frammework="flask")
    assert git(project, "status", "--porcelain") == ""


def test_an_answer_to_a_question_that_is_no_more_does_no_harm(make: Make) -> None:
    project = committed(make("old"))
    answers = project / ".copier-answers.yml"
    answers.write_text(answers.read_text("utf-8") + "colour: red\n", "utf-8")
    git(project, "commit", "-qam", "As of an older release")
    update(project, framework="flask")
    assert "framework: flask" in answers.read_text("utf-8")
