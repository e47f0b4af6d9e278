"""After the framework was switched, these tests name what is left to do."""

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path
from traceback import extract_tb

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"
FOLDERS = [
    path
    for path in ROOT.iterdir()
    if path.is_dir()
    and not (path / "pyvenv.cfg").exists()
    and (path.name[0] != "." or path.name == ".github")
]
USES = {
    "fastapi": {"fastapi", "starlette", "slowapi"},
    "flask": {"flask", "marshmallow", "apispec", "werkzeug", "granian"},
}


def found(pattern: str) -> list[Path]:
    return sorted([*ROOT.glob(pattern), *(path for folder in FOLDERS for path in folder.rglob(pattern))])


def todo(what: str, left: list[str]) -> None:
    if left:
        pytest.fail("\n  ".join([f"{what}:", *left]), pytrace=False)


def declared() -> set[str]:
    """The libraries that the project says it needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = [project["project"]["dependencies"], *project.get("dependency-groups", {}).values()]
    names = [re.match(r"[\w.-]+", each) for group in needed for each in group if isinstance(each, str)]
    return {re.sub(r"[-_.]+", "-", name[0].lower()) for name in names if name}


def imported(path: Path) -> set[str]:
    """The libraries that a file imports; flask_login counts as flask."""
    try:
        nodes = ast.walk(ast.parse(path.read_bytes(), path))
    except (SyntaxError, ValueError):
        return set()  # it is no code of this project's, or another test says so
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {re.split(r"[._]", name)[0] for name in names}


def test_no_file_uses_the_other_framework() -> None:
    libraries = declared()
    foreign = set().union(*(USES[name] for name in USES if name not in libraries)) - libraries
    left = [
        f"{path.relative_to(ROOT).as_posix()} imports {', '.join(sorted(imported(path) & foreign))}"
        for path in found("*.py")
        if imported(path) & foreign
    ]
    todo("Write these again, after the example of api/items.py", left)


def test_every_module_finds_what_it_imports() -> None:
    left: dict[str, bool] = {}
    for path in found("*.py"):
        if path.is_relative_to(SRC) and path.stem != "__main__":
            try:
                import_module(".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"))
            except Exception as error:
                # One that cannot be imported keeps others from it: only the one is to be written again.
                places = [Path(frame.filename) for frame in extract_tb(error.__traceback__)]
                place = [path, *(place for place in places if place.is_relative_to(SRC))][-1]
                left[f"{place.relative_to(ROOT).as_posix()}: {error}"] = True
    todo("Write these again, after the example of api/items.py", list(left))


def test_no_change_waits_beside_its_file() -> None:
    left = [path.relative_to(ROOT).as_posix() for path in found("*.rej")]
    todo("Write these lines again where they belong, then delete the files", left)
