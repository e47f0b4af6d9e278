"""The secret that tokens are signed with: made at the first start while developing, and never by default."""

import os
from pathlib import Path
from secrets import token_urlsafe

from ..settings import Settings, SettingsError
from .settings import RANDOM

MISSING = (
    "TOKEN_SECRET is not set, and tokens are signed with it. "
    f"Set it to 32 random characters or more, as this prints: {RANDOM}"
)


def require_secret(settings: Settings) -> None:
    """Raise `SettingsError` when there is no secret."""
    if settings.token_secret is None:
        raise SettingsError(MISSING)


def write_secret(settings: Settings, file: Path) -> bool:
    """Write a random secret at the end of the file, unless there is one; tell whether it was written."""
    if settings.token_secret is not None:
        return False
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+") as its:
        text = its.read()
        its.write(b"" if text.endswith(b"\n") or not text else b"\n")
        its.write(f"TOKEN_SECRET={token_urlsafe(48)}\n".encode())
    return True
