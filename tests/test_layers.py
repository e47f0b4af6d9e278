"""An option is a folder, and the frameworks differ in one thin folder alone."""

import ast
import re
from itertools import combinations
from pathlib import Path

import pytest
from conftest import ROOT, Make, files
from variants import PAIR, VARIANTS

TEMPLATE = ROOT / "template"
LAYERS = sorted(path for path in TEMPLATE.iterdir() if path.is_dir())
FRAMEWORKS = ("fastapi", "flask")

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
TEXTS = {"AGENTS.md", "README.md", "pyproject.toml"}


def paths_of(layer: Path) -> set[str]:
    paths = [path.relative_to(layer).as_posix() for path in layer.rglob("*") if path.is_file()]
    rendered = {path.removesuffix(".jinja") for path in paths}
    assert len(rendered) == len(paths), "two files of a layer are rendered to one path"
    return rendered


def test_no_two_layers_that_can_be_active_together_own_a_path() -> None:
    # Each set has one layer at most.
    choices = [set(FRAMEWORKS), {"mit", "apache", "bsd"}]
    for one, other in combinations(LAYERS, 2):
        names = {layer.name.strip("{} ") for layer in (one, other)}
        if not any(names <= choice for choice in choices):
            assert not paths_of(one) & paths_of(other), (one.name, other.name)


def test_both_frameworks_own_the_same_paths() -> None:
    fastapi, flask = (paths_of(TEMPLATE / f"{{{{ {name} }}}}") for name in FRAMEWORKS)
    assert fastapi == flask


def test_the_heart_is_the_same_byte_for_byte(rendered: Make) -> None:
    fastapi, flask = (files(rendered(variant)) for variant in PAIR)
    assert set(fastapi) == set(flask)
    assert {name for name in fastapi if fastapi[name] != flask[name]} == EDGE | TEXTS


def test_only_the_edge_speaks_a_framework(rendered: Make) -> None:
    foreign = {"fastapi", "starlette", "flask", "werkzeug", "marshmallow", "apispec"}
    for variant in PAIR:
        for path in rendered(variant).rglob("*.py"):
            name = path.relative_to(rendered(variant)).as_posix()
            found = {module.partition(".")[0] for module in imports(path)} & foreign
            assert not found or name in EDGE, (name, found)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def test_python_below_src_has_no_holes() -> None:
    sources = [path for path in TEMPLATE.rglob("*") if "/src/" in path.as_posix() and ".py" in path.suffixes]
    assert len(sources) > 30
    for path in sources:
        assert path.suffix == ".py", path
        ast.parse(path.read_text("utf-8"))
        assert not re.search(r"\{\{|\{%|^\s*#%", path.read_text("utf-8"), re.MULTILINE), path


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
    for path in TEMPLATE.rglob("*.py"):
        if "/src/" in path.as_posix():
            assert len(path.read_text("utf-8").splitlines()) <= 180, path
