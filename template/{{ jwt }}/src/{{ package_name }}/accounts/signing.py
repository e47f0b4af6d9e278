"""The tokens that we sign: JSON Web Tokens (RFC 7519) that tell their kind (RFC 8725 section 3.11)."""

import hmac
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

import jwt
from pydantic import SecretStr

from ..database import now
from ..settings import SettingsError
from .errors import Unauthorized

Kind = Literal["at+jwt", "rt+jwt"]
"""An access token (RFC 9068) or a refresh token: what its header `typ` says."""

NAME = __name__.partition(".")[0]
"""Who signs, and for whom: the claims `iss` and `aud`."""

ALGORITHM = "HS256"

LEEWAY = timedelta(seconds=10)
"""How far the clock of another host may be off, for a token that it has signed just now to count here."""

LONGEST = 16_384
"""The most characters of a token; work on a longer one is work for an attacker."""


class Signer:
    """Signs tokens with `secret`; verifies those that it has signed, or the secret `before` it."""

    def __init__(self, secret: SecretStr | None, before: SecretStr | None = None) -> None:
        self._secrets = {_id_of(each): each for each in (secret, before) if each}

    def sign(self, kind: Kind, lifetime: timedelta, *, sub: str, **claims: Any) -> str:
        """A token about `sub`, with a random `jti` unless one is given.

        Raises `SettingsError` when there is no secret.
        """
        if not self._secrets:
            raise SettingsError("TOKEN_SECRET: must be set, for nothing can be signed without it.")
        kid, secret = next(iter(self._secrets.items()))
        begin = now()
        moments = {"iat": begin, "nbf": begin, "exp": begin + lifetime}
        payload = {"jti": str(uuid4()), **claims, **moments, "iss": NAME, "aud": NAME, "sub": sub}
        return jwt.encode(payload, secret.get_secret_value(), ALGORITHM, {"kid": kid, "typ": kind})

    def verify(self, token: str, kind: Kind) -> dict[str, Any]:
        """The claims of a token of this kind. Raises `Unauthorized`, whatever is wrong with it."""
        header = header_of(token)
        secret = self._secrets.get(header.get("kid", ""))
        if secret is None or header.get("typ") != kind:
            raise Unauthorized
        try:
            return jwt.decode(
                token,
                secret.get_secret_value(),
                [ALGORITHM],
                issuer=NAME,
                audience=NAME,
                leeway=LEEWAY,
                options={"require": ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"], "strict_aud": True},
            )
        except jwt.PyJWTError:
            raise Unauthorized from None


def _id_of(secret: SecretStr) -> str:
    """The `kid` of a secret, derived from it: nobody has to name secrets, and all processes agree."""
    return hmac.digest(secret.get_secret_value().encode(), b"kid", "sha256").hex()[:16]


def header_of(token: str) -> dict[str, Any]:
    """The header of a token, which nobody has verified. Raises `Unauthorized` for what is no token."""
    _require_handy(token)
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise Unauthorized from None


def issuer_of(token: str) -> str:
    """Who a token says has signed it, which nobody has verified: whom to have it verified by.

    Raises `Unauthorized` for what is no token, or names nobody.
    """
    _require_handy(token)
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError:
        raise Unauthorized from None
    if not isinstance(issuer, str):
        raise Unauthorized
    return issuer


def _require_handy(token: str) -> None:
    if len(token) > LONGEST or not token.isascii():
        raise Unauthorized
