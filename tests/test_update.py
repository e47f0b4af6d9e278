"""An update of a project without changes gives what a fresh copy gives, and takes no answer for another."""

import pytest
from conftest import NEXT, RELEASES, Make, everything, git
from jinja2.exceptions import FilterArgumentError
from lifecycle import OTHER, committed, update
from variants import PAIRED, VARIANTS


@pytest.mark.parametrize("variant", PAIRED)
@pytest.mark.parametrize("release", RELEASES)
def test_an_updated_project_is_a_fresh_one(make: Make, release: str, variant: str) -> None:
    """With what it is asked for besides: accounts, of which no release knew before 0.3.0."""
    answers = VARIANTS[variant]
    framework = answers.get("framework", "fastapi")
    project = committed(make("updated", release=f"v{release}", framework=framework))
    update(project, **answers)
    assert everything(project) == everything(make("fresh", **answers))


@pytest.mark.parametrize("framework", OTHER)
def test_accounts_come_and_go(make: Make, framework: str) -> None:
    project = committed(make("changed", framework=framework))
    before = everything(project)
    update(project, auth="jwt")
    assert everything(project) == everything(make("fresh", framework=framework, auth="jwt"))
    committed(project, "With accounts")
    update(project, auth="none")
    assert everything(project) == before


def test_an_update_to_where_it_is_changes_nothing(make: Make) -> None:
    project = committed(make("current"))
    update(project)
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize("release", RELEASES)
def test_a_name_that_was_not_reserved_is_not_refused_later(make: Make, release: str) -> None:
    """Until accounts are asked for, which need the library of that name."""
    project = committed(make("old", release=f"v{release}", package_name="limits"))
    update(project)
    assert f"_commit: {NEXT}\n" in (project / ".copier-answers.yml").read_text("utf-8")
    assert (project / "src/limits/cli/__init__.py").exists()
    committed(project, "Updated")
    update(project)
    assert git(project, "status", "--porcelain") == ""
    with pytest.raises(ValueError, match=r'Accounts install a library that is called "limits" too\. Change '):
        update(project, auth="jwt")
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
