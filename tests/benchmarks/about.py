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


def machine() -> dict[str, str]:
    """What figures may only be compared on."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return {
        "processor": f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores",
        "kernel": f"{platform.system()} {platform.release()}",
    }


def versions(field: Field) -> dict[str, str]:
    """Those of the packages that were there, in whichever environment."""
    found: dict[str, str] = {}
    for python in sorted([*field.folder.glob("*/.venv/bin/python"), *field.folder.glob("*/bin/python")]):
        listed = run(BIN / "uv", "pip", "list", "--format=json", "--python", python, cwd=field.folder)
        found |= {each["name"]: each["version"] for each in json.loads(listed)}
    return {name: found[name] for name in PACKAGES if name in found}


def run_of(field: Field, rounds: int) -> str:
    """When and how a part was measured."""
    commit = run("git", "describe", "--always", "--exclude=*", cwd=ROOT).strip()
    how = f"{rounds} rounds of {field.seconds} s on Python {field.python}"
    return f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}, {how}"
