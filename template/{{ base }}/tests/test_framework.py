"""After the framework was switched, these tests name what is left to do."""

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / "src", ROOT / "tests", ROOT / "migrations"]
SPEAKS = {
    "fastapi": {"fastapi", "starlette", "uvicorn"},
    "flask": {"flask", "marshmallow", "apispec", "werkzeug", "granian"},
}


def declared() -> set[str]:
    """The libraries that the project depends on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {re.split(r"[^a-z0-9-]", library.lower())[0] for library in project["dependencies"]}


def imported(path: Path) -> set[str]:
    """The libraries that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_bytes(), path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def test_no_file_speaks_the_other_framework() -> None:
    libraries = declared()
    foreign = set().union(*(SPEAKS[name] for name in SPEAKS if name not in libraries)) - libraries
    left = [
        f"{path.relative_to(ROOT).as_posix()} imports {', '.join(found)}"
        for folder in FOLDERS
        for path in sorted(folder.rglob("*.py"))
        if (found := sorted(imported(path) & foreign))
    ]
    assert not left, "write these again, after the example of api/items.py: " + "; ".join(left)


def test_no_change_waits_beside_its_file() -> None:
    waiting = [*ROOT.glob("*.rej"), *(path for folder in FOLDERS for path in folder.rglob("*.rej"))]
    left = [path.relative_to(ROOT).as_posix() for path in sorted(waiting)]
    assert not left, "write these lines again where they belong, then delete: " + ", ".join(left)
