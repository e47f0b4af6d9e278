"""An outside OpenID Connect issuer: who has logged in there need not do so here."""

import re
from collections.abc import Mapping
from contextlib import suppress
from math import inf
from threading import Lock
from time import monotonic
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler

import jwt
import orjson
import structlog

from ..errors import Unavailable
from .errors import Unauthorized
from .settings import SAFE_URL
from .signing import LEEWAY, NAME, header_of

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Those with a public key: what everybody knows must not do for signing."""

KINDS = ["jwt", "at+jwt"]
"""What the header `typ` may say; most issuers do not tell access tokens apart as RFC 9068 has it."""

SUBJECT = re.compile("[ -~]{1,255}")
"""OpenID Connect Core section 2."""

# In seconds.
FRESH = 300  # then the keys are fetched anew, so that one that is withdrawn is forgotten
KEPT = 3600  # while the issuer is away, the keys count for so long
PAUSE = 10  # between two fetches: an id that nobody has heard of costs an attacker nothing
TIMEOUT = 3

LARGEST = 256 * 1024
"""Bytes of a document of the issuer."""

AWAY = "The issuer of this token is away. Try again soon."

log = structlog.get_logger("accounts")


class OutsideIssuer:
    """Verifies the access tokens of an issuer that are for `audience`, by the keys that it publishes.

    They are fetched when they are first needed. While they are fetched anew, requests whose key is known
    do not wait.
    """

    def __init__(self, issuer: str, audience: str) -> None:
        self.issuer, self.audience = issuer, audience
        self._lock = Lock()  # held by the one who fetches, who alone sets what follows
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._fetched = self._tried = -inf
        self._away = True

    def verify(self, token: str) -> dict[str, Any]:
        """The claims of a token.

        Raises `Unauthorized`, whatever is wrong with it, and `Unavailable` when its key is not known and
        the issuer cannot be asked.
        """
        header = header_of(token)
        kind = str(header.get("typ", "JWT")).lower().removeprefix("application/")
        if header.get("alg") not in ALGORITHMS or kind not in KINDS or "kid" not in header:
            raise Unauthorized
        key = self._key(header["kid"])
        try:
            claims = jwt.decode(
                token,
                key,  # of one algorithm, which must be that of the token
                ALGORITHMS,
                issuer=self.issuer,
                audience=self.audience,
                leeway=LEEWAY,
                options={"require": ["aud", "exp", "iss", "sub"], "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError:
            raise Unauthorized from None
        if not SUBJECT.fullmatch(claims["sub"]):
            raise Unauthorized
        return claims

    def _key(self, kid: str) -> jwt.PyJWK:
        if self._find(kid) is None:
            with self._lock:
                if self._find(kid) is None:  # nobody has fetched it meanwhile
                    self._fetch()
        elif monotonic() > self._fetched + FRESH and self._lock.acquire(blocking=False):
            try:
                self._fetch()
            finally:
                self._lock.release()
        key = self._find(kid)
        if key is None:
            raise Unavailable(AWAY) if self._away else Unauthorized
        return key

    def _find(self, kid: str) -> jwt.PyJWK | None:
        return self._keys.get(kid) if monotonic() <= self._fetched + KEPT else None

    def _fetch(self) -> None:
        """Fetch the keys, unless that was tried just now. When it fails, the known ones stay."""
        if monotonic() < self._tried + PAUSE:
            return
        try:
            self._keys = _published(self.issuer)
            self._fetched, self._away = monotonic(), False
        except Exception as error:  # there is no end to what may come instead
            self._away = True
            log.warning("issuer is away", issuer=self.issuer, error=repr(error))
        self._tried = monotonic()


def _published(issuer: str) -> dict[str, jwt.PyJWK]:
    """The keys that an issuer signs with, by their ids (OpenID Connect Discovery section 4)."""
    configuration = _get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if configuration["issuer"] != issuer:
        raise ValueError("the configuration is that of another issuer")
    keys = {}
    for each in _get(configuration["jwks_uri"])["keys"]:
        with suppress(Exception):  # one that is odd spoils no other, and PyJWT has no one error for it
            key = jwt.PyJWK(each)
            if key.public_key_use in (None, "sig") and "d" not in each:  # "d" is for signing
                keys[each["kid"]] = key
    return keys


def _get(url: str) -> Any:
    """A JSON document. No redirect is followed, and no file is opened."""
    if not SAFE_URL.fullmatch(url):
        raise ValueError(f"{url} is not an https URL")
    opener = OpenerDirector()
    opener.addheaders = [("User-Agent", NAME)]  # many a firewall refuses that of Python
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler):
        opener.add_handler(handler())
    with opener.open(url, timeout=TIMEOUT) as answer:
        body = answer.read(LARGEST + 1)
    if answer.status != 200 or len(body) > LARGEST:
        raise ValueError(f"{url} was answered with {answer.status} and {len(body)} bytes")
    return orjson.loads(body)
