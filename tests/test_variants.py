"""The table of variants covers the questions, and every row is generated well."""

import os
import re
import sys
import tomllib
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, Make, files, run
from variants import EVERY_PAIR, VARIANTS

QUESTIONS: dict[str, Any] = {
    name: spec
    for name, spec in yaml.safe_load((ROOT / "copier.yml").read_text("utf-8")).items()
    if not name.startswith("_") and spec.get("when") is not False
}


def choices(question: str) -> list[str]:
    its = QUESTIONS[question]
    if its["type"] == "bool":
        return ["no", "yes"]
    listed = its.get("choices", [])
    return list(listed.values()) if isinstance(listed, dict) else listed


def answer(variant: str, question: str) -> str:
    its = VARIANTS[variant].get(question, QUESTIONS[question]["default"])
    return {False: "no", True: "yes"}.get(its, its)


@pytest.mark.parametrize("question", [name for name in QUESTIONS if choices(name)])
def test_every_choice_is_in_a_row(question: str) -> None:
    assert {answer(variant, question) for variant in VARIANTS} == set(choices(question))


def test_rows_name_only_questions() -> None:
    for answers in VARIANTS.values():
        assert set(answers) <= set(QUESTIONS)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_smoke_build_of_every_row(copie: Any, template: Path, variant: str) -> None:
    result = copie.copy(extra_answers=VARIANTS[variant], template_dir=template)
    assert result.exception is None
    assert result.exit_code == 0
    assert (result.project_dir / "pyproject.toml").exists()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_row_has_the_files_that_the_readme_lists(rendered: Make, variant: str) -> None:
    package = VARIANTS[variant].get("package_name", "n_q_a_7_7_b_b" if "odd" in variant else "my_shop")
    listed = {
        path.replace("my_shop", package)
        for answers, tree in trees()
        if all(answer(variant, question) == its for question, its in answers)
        for path in tree
    }
    if answer(variant, "licence") == "none":
        listed.discard("LICENSE")
    assert set(files(rendered(variant))) | {".copier-answers.yml"} == listed


def trees() -> list[tuple[list[tuple[str, str]], set[str]]]:
    """The trees in the README: the answers that the line above each one names, and its paths."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.findall(r"^([^\n]*)\n\n```text\nmy-shop/\n(.*?)```$", text, re.MULTILINE | re.DOTALL)
    return [(re.findall(r"`--data (\w+)=(\w+)`", above), paths(tree)) for above, tree in found]


def paths(tree: str) -> set[str]:
    found, parents = set(), []
    for line in tree.splitlines():
        bare = line.lstrip("│├└─ \u00a0")
        depth = (len(line) - len(bare)) // 4
        name, _, told = bare.partition(" ")
        parents[depth - 1 :] = [name.rstrip("/")]
        if not name.endswith("/"):
            assert told.strip(), f"nothing is told of {name}"
            found.add("/".join(parents))
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_row_is_valid_toml_and_keeps_the_answers(rendered: Make, variant: str) -> None:
    project = rendered(variant)
    its = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    assert its["name"] == answers["package_name"].replace("_", "-")
    assert its["description"] == answers["description"]
    assert its["authors"] == [{"name": answers["author_name"]}]
    assert its["requires-python"] == f">={answers['python_version']}"
    assert its.get("license", "none") == answers["licence"]
    info = yaml.safe_load((project / "src" / answers["package_name"] / "api/info.json").read_text("utf-8"))
    assert (info["title"], info["description"]) == (answers["project_name"], answers["description"])


# Each combination of choices, each night.
ASKED = [name for name in QUESTIONS if choices(name)]
EVERY = [*product(*map(choices, ASKED))] if "NIGHTLY" in os.environ else []


@pytest.mark.parametrize("answers", EVERY, ids="-".join)
def test_every_combination_of_choices_is_generated_well(make: Make, answers: tuple[str, ...]) -> None:
    project = make("project", **dict(zip(ASKED, answers, strict=True)))
    tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    for command in (("check",), ("format", "--check")):
        run(Path(sys.executable).with_name("ruff"), *command, "--no-cache", cwd=project)
    assert not any(b"#%" in content or b"{%" in content for content in files(project).values())


def test_every_pair_of_choices_is_in_a_row() -> None:
    """But for the licence, which touches two files."""
    asked = [name for name in QUESTIONS if choices(name) and name != "licence"]
    for one, other in combinations(asked, 2):
        tried = {(answer(variant, one), answer(variant, other)) for variant in VARIANTS}
        assert tried == set(product(choices(one), choices(other)))


@pytest.mark.parametrize("pair", EVERY_PAIR)
def test_rows_that_are_compared_differ_in_the_framework_alone(pair: tuple[str, str]) -> None:
    assert [answer(variant, "framework") for variant in pair] == ["fastapi", "flask"]
    one, other = ({**VARIANTS[variant], "framework": "its"} for variant in pair)
    assert one == other
