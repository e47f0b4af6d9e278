"""The documentation is complete, and says what the code says."""

import re
from typing import Any

import pytest
import yaml
from conftest import ROOT, Make, git
from variants import PAIRED, POSTGRESQL_PAIR

DOCS = ROOT / "docs"
SPEC: dict[str, Any] = yaml.safe_load((ROOT / "copier.yml").read_text("utf-8"))
QUESTIONS = [name for name, its in SPEC.items() if not name.startswith("_") and its.get("when") is not False]


def folders(paths: list[str]) -> set[str]:
    found = set()
    for path in paths:
        while "/" in path:
            path = path.rpartition("/")[0]
            found.add(path)
    return found


def test_every_directory_of_this_repository_has_a_line() -> None:
    text = (DOCS / "README.md").read_text("utf-8")
    for folder in folders(git(ROOT, "ls-files", "-z").split("\0")):
        _, *parts = folder.split("/")
        in_a_layer = folder.startswith("template/") and any(
            not re.fullmatch(r"\{\{ \w+ \}\}", part) for part in parts
        )
        if not in_a_layer:  # which is told with the project
            assert re.search(rf"`{re.escape(folder)}/?`", text), folder


@pytest.mark.parametrize("variant", PAIRED)
def test_every_directory_of_a_generated_project_has_a_line(rendered: Make, variant: str) -> None:
    text = (DOCS / "README.md").read_text("utf-8")
    project = rendered(variant)
    for folder in folders(
        [path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()]
    ):
        assert re.search(rf"`{re.escape(folder)}/?`", text), folder


def test_the_reference_of_the_questions_is_that_of_the_template() -> None:
    _, *sections = re.split(r"^## ", (DOCS / "questions.md").read_text("utf-8"), flags=re.MULTILINE)
    assert [section.splitlines()[0] for section in sections] == [f"`{name}`" for name in QUESTIONS]
    for name, section in zip(QUESTIONS, sections, strict=True):
        its = SPEC[name]
        choices = its.get("choices", [])
        for value in choices.values() if isinstance(choices, dict) else choices:
            assert f"`{value}`" in section, (name, value)
        default = {False: "no", True: "yes"}.get(its["default"], its["default"])
        if "{%" not in default:
            assert f"`{default}`" in section, name
        assert " ".join(its["help"].split()) in " ".join(section.split()), name


def test_every_setting_has_a_line(rendered: Make) -> None:
    example = (rendered("fastapi-jwt") / ".env.example").read_text("utf-8")
    names = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    assert len(names) > 5
    for name in names:
        assert f"`{name}`" in (DOCS / "settings.md").read_text("utf-8"), name


def test_what_shows_that_it_is_secure_is_there(rendered: Make) -> None:
    text = (DOCS / "security.md").read_text("utf-8")
    assert [int(number) for number in re.findall(r"^## API(\d+): ", text, re.MULTILINE)] == list(range(1, 11))
    named = re.findall(r"`(tests/)?(test_\w+\.py)(?:::(test_\w+))?`", text)
    assert len(named) > 30
    for path in re.findall(r"`(tests/engine/[\w/]+\.py)`", text):
        assert (ROOT / path).exists(), path
    for of_template, file, test in named:
        folders = (
            [ROOT / "tests"] if of_template else [rendered(variant) / "tests" for variant in POSTGRESQL_PAIR]
        )
        for folder in folders:
            assert (
                f"\ndef {test}(" in (folder / file).read_text("utf-8") if test else (folder / file).exists()
            )


def test_decisions_are_short_and_listed() -> None:
    decisions = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert len(decisions) > 10
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert len(path.read_text("utf-8").splitlines()) < 25, path.name
        assert f"({path.name})" in (DOCS / "decisions/README.md").read_text("utf-8"), path.name
