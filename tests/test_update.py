"""An update of a project without changes gives what a fresh copy gives, and takes no answer for another."""

import pytest
from conftest import RELEASES, Make, everything, git
from jinja2.exceptions import FilterArgumentError
from lifecycle import committed, update
from variants import PAIR


@pytest.mark.parametrize("framework", PAIR)
@pytest.mark.parametrize("release", RELEASES)
def test_an_updated_project_is_a_fresh_one(make: Make, release: str, framework: str) -> None:
    project = committed(make("updated", release=f"v{release}", framework=framework))
    update(project)
    fresh = make("fresh", framework=framework)
    assert everything(project) == everything(fresh)


def test_an_update_to_where_it_is_changes_nothing(make: Make) -> None:
    project = committed(make("current"))
    update(project)
    assert git(project, "status", "--porcelain") == ""


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
