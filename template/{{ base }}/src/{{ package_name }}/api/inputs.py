"""What every request is held to before a framework reads it: strict JSON, known parameters, entity tags."""

import json
import re
from collections.abc import Collection
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from ..errors import FieldError, Invalid, Malformed, UnsupportedMediaType

TEXT_PATTERN = r"^[^\x00]*$"
"""Any text but NUL, which PostgreSQL cannot keep."""

MEMBERS_MAX = 1000
"""The most members of an object in a body: each that is unknown is an error of its own, which takes time."""

PARAMETERS_MAX = 100
"""The most parameters of a query."""

_ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


def require_json(content_type: str | None) -> None:
    """Raise `UnsupportedMediaType` unless it is `application/json`, or a type that ends in `+json`."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not re.fullmatch(r"application/[\w.-]+\+json", media_type):
        raise UnsupportedMediaType


def read_json(body: bytes, max_nesting: int, max_values: int = 10_000) -> Any:
    """Return the value of a JSON body (RFC 8259), read alike in every framework.

    Raise `Malformed` for what is not JSON, such as NaN, or bytes and names that are not Unicode; for more
    than `max_nesting` arrays and objects in each other; and for more than `max_values` values in all.
    """
    try:
        text = body.decode()
        _require_few(body, max_values)
        value = json.loads(text, parse_constant=_refuse, parse_int=_integer, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise Malformed from None
    if body.count(b"[") + body.count(b"{") > max_nesting:  # else it cannot be that deep
        _require_shallow(value, max_nesting)
    return value


def _require_few(body: bytes, most: int) -> None:
    """Raise `Malformed` for more than `most` values, before any of them is made."""
    if sum(map(body.count, (b",", b"[", b"{"))) < most:  # each value but the first follows one of these
        return
    # What is in strings does not count. There are at most two for each value: its name, and itself.
    pieces = body.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"', 4 * most + 4)
    bare = b'"'.join(pieces[::2]).translate(None, b" \t\n\r")
    empty = bare.count(b"[]") + bare.count(b"{}")
    if 1 + sum(map(bare.count, (b",", b"[", b"{"))) - empty > most:
        raise Malformed(f"The body has more than {most} values. Send it in parts.")


def _require_shallow(value: Any, levels: int) -> None:
    if isinstance(value, list | dict):
        if levels == 0:
            raise Malformed("The body is nested deeper than this API accepts.")
        for each in value.values() if isinstance(value, dict) else value:
            _require_shallow(each, levels - 1)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MEMBERS_MAX:
        raise Malformed(f"An object in the body has more than {MEMBERS_MAX} members. Send it in parts.")
    for name, _ in pairs:
        name.encode()  # a lone surrogate, which no answer could name, is a ValueError
    return dict(pairs)


def _integer(digits: str) -> int | float:
    # Python refuses to read thousands of digits as an integer; no field wants them either.
    return int(digits) if len(digits) < 400 else float(digits)


def read_query(query_string: bytes, known: Collection[str]) -> dict[str, str]:
    """Return the parameters of a query.

    Raise `Invalid` for one that is unknown or given twice, and for more than `PARAMETERS_MAX`.
    """
    if query_string.count(b"&") >= PARAMETERS_MAX:
        raise Invalid(FieldError("query", "", f"More than {PARAMETERS_MAX} parameters."))
    values: dict[str, str] = {}
    errors = []
    for name, value in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            errors.append(FieldError.at("query", [name], "Unknown parameter."))
        elif name in values:
            errors.append(FieldError.at("query", [name], "Given more than once."))
        values[name] = value
    if errors:
        raise Invalid(*errors)
    return values


def whole_number(value: str) -> int:
    """A whole number from a query, without the spaces and underscores that `int()` forgives.

    Raises `ValueError` with a sentence.
    """
    if not _WHOLE_NUMBER.fullmatch(value):
        raise ValueError("Give a whole number.")
    return int(value)


def entity_tag(version: int) -> str:
    """The `ETag` of a version (RFC 9110, section 8.8.3)."""
    return f'"{version}"'


def versions(if_match: str | None) -> set[int] | None:
    """The versions that `If-Match` lists; `None` when it is absent or `*`, so that any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    # Weak tags never match (RFC 9110, section 13.1.1), nor do those that are not of our making.
    tags = set(_ENTITY_TAG.findall(if_match))
    return {int(tag[1:-1]) for tag in tags if re.fullmatch(r'"[1-9][0-9]{0,17}"', tag)}


def is_unchanged(if_none_match: str | None, version: int) -> bool:
    """Whether `If-None-Match` lists this version, so that 304 is the answer."""
    if if_none_match is None:
        return False
    tags = {tag.removeprefix("W/") for tag in _ENTITY_TAG.findall(if_none_match)}
    return if_none_match.strip() == "*" or entity_tag(version) in tags
