"""Builds an OpenAPI document with more routes, in a generated project: `describing.py flask 100`.

It prints the seconds of the document, which is built when it is first asked for, and what these routes add to
those of a start: their modules, and their part of the app.
"""

import importlib
import json
import re
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from types import CodeType, ModuleType
from typing import Any

RESOURCE = "my_shop.api.items"
ROUTES = 5
"""That many a resource has."""


def sources(resources: int) -> dict[str, CodeType]:
    """Copies of the items' module, compiled as imports find them, with names and models of their own."""
    spec = find_spec(RESOURCE)
    assert spec
    assert spec.origin
    source = Path(spec.origin).read_text("utf-8")
    codes = {}
    for n in range(resources):
        its = source.replace("/api/v1/items", f"/api/v1/things{n}").replace('"items"', f'"things{n}"')
        its = re.sub(r"\bItem(In|Patch|Out|Page|Query)\b", rf"Thing{n}\1", its)
        its = re.sub(r"\b(list|create|get|update|delete)_items?\b", rf"\1_thing{n}", its)
        codes[f"my_shop.api.things{n}"] = compile(its, f"things{n}.py", "exec")
    return codes


def modules(codes: dict[str, CodeType]) -> list[ModuleType]:
    """The same as modules, as imports make them."""
    made = []
    for name, code in codes.items():
        module = sys.modules[name] = ModuleType(name)
        module.__package__ = "my_shop.api"
        exec(code, module.__dict__)  # noqa: S102 (it is our own)
        made.append(module)
    return made


def fastapi(parts: list[ModuleType]) -> Callable[[], Any]:
    from my_shop.api import create_app
    from my_shop.api.openapi import build_document

    app = create_app()
    for part in parts:
        app.include_router(part.router)
    return lambda: build_document(app)


def flask(parts: list[ModuleType]) -> Callable[[], Any]:
    from my_shop.api import create_app
    from my_shop.api.openapi import build_document

    app = create_app()
    for part in parts:
        app.register_blueprint(part.blueprint)
    return lambda: build_document(app)


def bare_fastapi(parts: list[ModuleType]) -> Callable[[], Any]:
    from fastapi import FastAPI

    app = FastAPI()
    for part in (importlib.import_module(RESOURCE), *parts):
        app.include_router(part.router)
    return app.openapi


def described(name: str, codes: dict[str, CodeType]) -> tuple[float, float]:
    """The seconds of a start with these routes, and of the document afterwards."""
    began = perf_counter()
    build = {"fastapi": fastapi, "flask": flask, "bare_fastapi": bare_fastapi}[name](modules(codes))
    built = perf_counter()
    document = build()
    ended = perf_counter()
    operations = [each for path, its in document["paths"].items() if "/v1/" in path for each in its]
    assert len(operations) == ROUTES * (1 + len(codes)), operations
    return built - began, ended - built


def main(name: str, routes: int) -> None:
    codes = sources(routes // ROUTES)
    described(name, {})  # what is done once in a process is of no route
    many, document = described(name, codes)
    few, _ = described(name, {})
    print(json.dumps({"document": document, "routes": many - few}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
