"""An option is a folder, and the frameworks differ in one thin folder alone."""

import ast
import re
from itertools import combinations, takewhile
from pathlib import Path

import pytest
from conftest import ROOT, Make, files
from variants import EVERY_PAIR, PAIR, VARIANTS

TEMPLATE = ROOT / "template"
FRAMEWORKS = ("fastapi", "flask")

# Each set has one answer at most in a project.
CHOICES = [set(FRAMEWORKS), {"open", "jwt"}, {"github", "gitlab"}, {"mit", "apache", "bsd"}]

# What differs between the frameworks, and nothing else does.
EDGE = {
    "src/my_shop/api/__init__.py",
    "src/my_shop/api/asgi.py",
    "src/my_shop/api/dependencies.py",
    "src/my_shop/api/errors.py",
    "src/my_shop/api/health.py",
    "src/my_shop/api/items.py",
    "src/my_shop/api/middleware.py",
    "src/my_shop/api/openapi.py",
    "src/my_shop/api/routing.py",
    "src/my_shop/api/schemas.py",
    "tests/client.py",
}
EDGE_OF_ACCOUNTS = {
    "src/my_shop/api/api_keys.py",
    "src/my_shop/api/guard.py",
    "src/my_shop/api/people.py",
    "src/my_shop/api/tokens.py",
    "src/my_shop/api/users.py",
}
TEXTS = {"AGENTS.md", "README.md", "pyproject.toml"}

# Where an option is joined to what every project has, by conditions that are comments to Python.
JOINS = {
    "{{ base }}/src/{{ package_name }}/database.py.jinja",
    "{{ base }}/src/{{ package_name }}/migrations.py.jinja",
    "{{ base }}/src/{{ package_name }}/settings.py.jinja",
    "{{ base }}/src/{{ package_name }}/api/document.py.jinja",
    "{{ base }}/src/{{ package_name }}/api/server.py.jinja",
    "{{ base }}/src/{{ package_name }}/cli/__init__.py.jinja",
    "{{ base }}/src/{{ package_name }}/cli/db.py.jinja",
    "{{ fastapi }}/src/{{ package_name }}/api/__init__.py.jinja",
    "{{ flask }}/src/{{ package_name }}/api/__init__.py.jinja",
}
CONDITIONS = {"#% if jwt", "#% if postgresql", "#% else", "#% endif", "#%#"}

Layer = tuple[str, ...]


def layer_of(path: Path) -> Layer:
    """The answers that a file needs: the names of the folders in which it is, at the root."""
    names = (re.fullmatch(r"\{\{ (\w+) \}\}", part) for part in path.relative_to(TEMPLATE).parts[:-1])
    return tuple(name[1] for name in takewhile(bool, names) if name)


def layers() -> dict[Layer, set[str]]:
    """What the files of each layer are called in a project."""
    found: dict[Layer, set[str]] = {}
    for path in TEMPLATE.rglob("*"):
        if path.is_file() and (layer := layer_of(path)):
            name = Path(*path.relative_to(TEMPLATE).parts[len(layer) :]).as_posix().removesuffix(".jinja")
            assert name not in found.setdefault(layer, set()), f"two files of a layer are rendered to {name}"
            found[layer].add(name)
    return found


def can_be_active_together(one: Layer, other: Layer) -> bool:
    return all(len({*one, *other} & choice) <= 1 for choice in CHOICES)


def test_no_two_layers_that_can_be_active_together_own_a_path() -> None:
    compared = [
        pair for pair in combinations(layers().items(), 2) if can_be_active_together(pair[0][0], pair[1][0])
    ]
    assert len(compared) > 10
    for (one, its_paths), (other, paths) in compared:
        assert not its_paths & paths, (one, other)


def test_both_frameworks_own_the_same_paths() -> None:
    found = layers()
    for outer in ((), ("jwt",)):
        fastapi, flask = (found[*outer, name] for name in FRAMEWORKS)
        assert fastapi == flask
    assert {layer[:-1] for layer in found if layer[-1] in FRAMEWORKS} == {(), ("jwt",)}


@pytest.mark.parametrize("pair", EVERY_PAIR)
def test_the_heart_is_the_same_byte_for_byte(rendered: Make, pair: tuple[str, str]) -> None:
    fastapi, flask = (files(rendered(variant)) for variant in pair)
    assert set(fastapi) == set(flask)
    edge = EDGE if pair == PAIR else EDGE | EDGE_OF_ACCOUNTS
    assert {name for name in fastapi if fastapi[name] != flask[name]} == edge | TEXTS


def test_only_the_edge_speaks_a_framework(rendered: Make) -> None:
    foreign = {"fastapi", "starlette", "flask", "werkzeug", "marshmallow", "apispec"}
    for variant in (variant for pair in EVERY_PAIR for variant in pair):
        for path in rendered(variant).rglob("*.py"):
            name = path.relative_to(rendered(variant)).as_posix()
            found = {module.partition(".")[0] for module in imports(path)} & foreign
            assert not found or name in EDGE | EDGE_OF_ACCOUNTS, (name, found)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def sources() -> dict[str, Path]:
    found = [path for path in TEMPLATE.rglob("*") if "/src/" in path.as_posix() and ".py" in path.suffixes]
    return {path.relative_to(TEMPLATE).as_posix(): path for path in found}


def test_python_below_src_has_no_holes_but_where_an_option_is_joined() -> None:
    assert len(sources()) > 60
    assert {name for name in sources() if name.endswith(".jinja")} == JOINS
    for name, path in sources().items():
        text = path.read_text("utf-8")
        assert not re.search(r"\{\{|\{%|\{#", text), name
        if name not in JOINS:
            assert "#%" not in text, name
            ast.parse(text)


@pytest.mark.parametrize("name", sorted(JOINS))
def test_where_an_option_is_joined_conditions_are_comments(name: str) -> None:
    """Each such file is Python as it stands, but that the settings have two bases, one for each answer."""
    text = sources()[name].read_text("utf-8")
    lines = [line for line in text.splitlines() if "#%" in line]
    assert set(lines) <= CONDITIONS
    assert {"#% if jwt", "#% if postgresql"} & set(lines)
    if name.endswith("/settings.py.jinja"):
        text, count = re.subn(r"^#% else\nclass Settings\(BaseSettings\):\n", "", text, flags=re.MULTILINE)
        assert count == 1
    ast.parse(text)


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_is_left_of_the_template(rendered: Make, variant: str) -> None:
    odd = "{{ 7*7 }}", "{% raw %"
    for name, content in files(rendered(variant)).items():
        text = content.decode("utf-8")
        for answer in odd if "odd" in variant else ():
            text = text.replace(answer, "")
        assert not re.search(r"(?<!\$)\{\{|\{%|^\s*#%", text, re.MULTILINE), name
        assert "\r" not in text, name
        assert "jinja" not in name, name
        if name != "tests/__init__.py":
            assert text.strip(), name
            assert text.endswith("\n"), name
            assert not text.endswith("\n\n"), name
            assert not re.search(r"[ \t]+$", text, re.MULTILINE), name
            assert "\n\n\n\n" not in text, name


def test_paths_are_legal_on_windows() -> None:
    for path in ROOT.joinpath("template").rglob("*"):
        name = path.relative_to(ROOT).as_posix()
        assert not set(name) & set('<>:"|?*\\'), name
        assert all(part == part.rstrip(". ") for part in name.split("/")), name
        assert len(name) < 130, name


def test_a_python_file_fits_on_two_screens() -> None:
    for path in sources().values():
        assert len(path.read_text("utf-8").splitlines()) <= 180, path
