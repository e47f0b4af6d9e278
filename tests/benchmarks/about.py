"""What was measured, and on what."""

import json
import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from field import BIN, ROOT, Field, run

PACKAGES = [
    *(
        "fastapi",
        "starlette",
        "pydantic",
        "uvicorn",
        "flask",
        "werkzeug",
        "marshmallow",
        "sqlalchemy",
        "psycopg",
    ),
    *("orjson", "litestar", "msgspec", "sqlmodel", "flask-smorest", "apiflask", "gunicorn"),
]


def machine() -> str:
    """The processor, how many cores of it there are, and the kernel."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    processor = model[1] if model else platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def versions(field: Field) -> dict[str, str]:
    """Those of the packages that were there, in whichever environment."""
    found: dict[str, str] = {}
    for python in sorted([*field.folder.glob("*/.venv/bin/python"), *field.folder.glob("*/bin/python")]):
        listed = run(BIN / "uv", "pip", "list", "--format=json", "--python", python, cwd=field.folder)
        found |= {each["name"]: each["version"] for each in json.loads(listed)}
    return {name: found[name] for name in PACKAGES if name in found}


def run_of(field: Field, rounds: int) -> str:
    """When, how and on what a part was measured; its figures are compared with each other alone."""
    commit = run("git", "describe", "--always", "--exclude=*", cwd=ROOT).strip()
    how = f"{rounds} rounds of {field.seconds} s on Python {field.python}"
    return f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}, {how}, {machine()}"
