"""What schemathesis does besides its settings.

See https://schemathesis.readthedocs.io/en/stable/guides/extending/.
"""

import re
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import httpx2
import schemathesis

USED: set[str] = set()


@schemathesis.hook
def before_call(
    _context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]
) -> None:
    """No schema can say that each request has a key of its own: one that was used gives way to another."""
    key = case.headers.get("Idempotency-Key") if case.headers else None
    if key in USED:
        case.headers["Idempotency-Key"] = str(uuid4())
    elif isinstance(key, str) and re.fullmatch("[!-~]{1,128}", key):
        USED.add(key)


@schemathesis.hook("before_call")
def take_a_real_cursor(
    _context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]
) -> None:
    """Nor which cursors there are: a good request has the one of the first page in its sort, or none."""
    if "cursor" in case.query and case.meta and case.meta.generation.mode.is_positive:
        first = {"limit": "1", **{name: value for name, value in case.query.items() if name == "sort"}}
        page = httpx2.get(urljoin(case.operation.base_url, case.path), params=first)
        if cursor := page.json()["next_cursor"]:
            case.query["cursor"] = cursor
        else:
            del case.query["cursor"]
