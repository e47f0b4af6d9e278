"""What the routes of tokens are held to: a form, and errors, as OAuth has them (RFC 6749)."""

from typing import Any
from urllib.parse import parse_qsl

from ..accounts.errors import OAuthError
from ..errors import Invalid, TooLarge, UnsupportedMediaType
from .contract import Json, problems

FORM = "application/x-www-form-urlencoded"

FORM_BYTES = 32 * 1024
"""The largest form that is read: the longest values, each character percent-encoded, are half of it."""

TOKEN_MAX = 4096
"""The longest token that is read, in characters."""

CODES = ["invalid_grant", "invalid_request", "invalid_scope", "unsupported_grant_type"]

NOT_STORED = {"Cache-Control": "no-store"}
"""For answers that have tokens (RFC 6749, section 5.1)."""


def require_form(content_type: str | None) -> None:
    """Raise `UnsupportedMediaType` unless it is a form."""
    if (content_type or "").partition(";")[0].strip().lower() != FORM:
        raise UnsupportedMediaType(f"Send the body as {FORM}.")


def read_form(body: bytes) -> dict[str, str]:
    """Return the parameters of a form; those without a value are left out (RFC 6749, section 3.2).

    Raise `TooLarge`, or `OAuthError` for what is no form in UTF-8, a parameter given twice, and a foreign
    grant type.
    """
    if len(body) > FORM_BYTES:
        raise TooLarge
    try:
        pairs = parse_qsl(body.decode(), errors="strict", max_num_fields=100)
    except ValueError:
        raise OAuthError("invalid_request", "The body is not a form in UTF-8.") from None
    values = dict(pairs)
    if len(values) < len(pairs):
        raise OAuthError("invalid_request", "A parameter is given more than once.")
    if values.get("grant_type", "password") not in {"password", "refresh_token"}:
        raise OAuthError("unsupported_grant_type", "The grant types are password and refresh_token.")
    return values


def days(value: object) -> int:
    """A number of days from a body. Raises `ValueError` with a sentence."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise ValueError("Give a whole number.")
    return int(value)


def refused(error: Invalid) -> OAuthError:
    """The error of parameters that are not as they should be, with each of them."""
    told = OAuthError("invalid_request", str(error))
    told.members = {**told.members, **error.members}
    return told


def token_problems() -> dict[int | str, Json]:
    """The responses of an operation that gives tokens, when it fails."""
    example: dict[str, Any] = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The email address or the password is wrong.",
        "error": "invalid_grant",
    }
    its = {"required": ["error"], "properties": {"error": {"type": "string", "enum": CODES}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "object", **its}]}
    content = {"application/problem+json": {"schema": schema, "example": example}}
    return {**problems(413, 415, 429), 400: {"description": "Bad Request", "content": content}}
