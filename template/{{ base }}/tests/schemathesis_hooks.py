"""What schemathesis does besides its settings.

See https://schemathesis.readthedocs.io/en/stable/guides/extending/.
"""

import re
from typing import Any
from uuid import uuid4

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
