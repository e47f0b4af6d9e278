"""The OpenAPI document as a file of the project: written, and held against the code."""

import json
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click

from ..api import create_app
from ..api.openapi import build_document
from ..settings import Settings

FILE = Path("openapi.json")


class OutdatedError(Exception):
    """The file is not what the code says. The message is a sentence that names the first difference."""


def printed() -> bytes:
    """The document as `openapi` prints it."""
    document = build_document(create_app(Settings.load()))
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode()


def write() -> None:
    """Write the file, whole or not at all."""
    new = FILE.with_name(f"{FILE.name}.new")
    new.write_bytes(printed())
    new.replace(FILE)


def check() -> None:
    """Raise `OutdatedError` unless the file is what the code says."""
    try:
        its = FILE.read_bytes()
    except FileNotFoundError:
        raise OutdatedError(f"There is no {FILE} here.") from None
    wanted = printed()
    if its == wanted:
        return
    try:
        place = difference(json.loads(its), json.loads(wanted))
    except ValueError:
        raise OutdatedError(f"{FILE} is not JSON.") from None
    where = "in its order or spaces alone" if place is None else f"first at {place or 'its root'}"
    raise OutdatedError(f"{FILE} is not what the code says, {where}.")


def difference(one: Any, other: Any, pointer: str = "") -> str | None:
    """Where two values first differ, as a JSON pointer (RFC 6901); `None` when they do not."""
    missing = object()
    if isinstance(one, dict) and isinstance(other, dict):
        names = dict.fromkeys([*other, *one])
        parts = [(name, one.get(name, missing), other.get(name, missing)) for name in names]
    elif isinstance(one, list) and isinstance(other, list):
        pairs = zip_longest(one, other, fillvalue=missing)
        parts = [(str(index), *pair) for index, pair in enumerate(pairs)]
    else:
        return None if one == other else pointer
    for name, its_one, its_other in parts:
        step = name.replace("~", "~0").replace("/", "~1")
        place = difference(its_one, its_other, f"{pointer}/{step}")
        if place is not None:
            return place
    return None


def _instead(name: str, act: Callable[[], None], told: str) -> Callable[[Any], Any]:
    """A flag with which the command does this, and does not print."""

    def done(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            act()
            ctx.exit()

    return click.option(name, is_flag=True, is_eager=True, expose_value=False, callback=done, help=told)


write_option = _instead("--write", write, f"Write it to {FILE} instead.")
check_option = _instead("--check", check, f"Fail unless it is what {FILE} says.")
