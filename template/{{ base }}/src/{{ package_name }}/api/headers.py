"""The headers that the contract promises on answers, worked out once for every framework."""

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlencode

from uuid_utils import uuid7

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}

_CORS_EXPOSED = "ETag, Link, Location, Retry-After, X-Request-ID"
_CORS_PREFLIGHT = {
    "Access-Control-Allow-Methods": "DELETE, GET, HEAD, PATCH, POST",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID"
    ),
    "Access-Control-Max-Age": "600",
}


def request_id(given: str | None) -> str:
    """The client's own request id when it is harmless, else a new one."""
    return given if given and _REQUEST_ID.fullmatch(given) else str(uuid7())


Getter = Callable[[str], str | None]
"""How a request's header is had: `request.headers.get`."""


def answer_headers(get: Getter, request_id: str, cors_origins: tuple[str, ...]) -> dict[str, str]:
    """The headers of every answer, whatever it is."""
    headers = {"X-Request-ID": request_id, **_ALWAYS}
    if get("Authorization") is not None or get("Cookie") is not None:
        headers["Cache-Control"] = "no-store"
    if cors_origins:
        headers["Vary"] = "Origin"
        origin = get("Origin")
        if origin in cors_origins:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = _CORS_EXPOSED
    return headers


def preflight_headers(method: str, get: Getter, cors_origins: tuple[str, ...]) -> dict[str, str] | None:
    """What to answer to a browser that asks beforehand (204); `None` when this is not such a request.

    See https://fetch.spec.whatwg.org/#cors-preflight-fetch.
    """
    asks = method == "OPTIONS" and get("Access-Control-Request-Method")
    return _CORS_PREFLIGHT if asks and get("Origin") in cors_origins else None


def next_link(path: str, query: Mapping[str, object], cursor: str | None) -> dict[str, str]:
    """The `Link` to the next page (RFC 8288), while there is one."""
    if cursor is None:
        return {}
    parameters = {name: value for name, value in query.items() if value is not None}
    return {"Link": f'<{path}?{urlencode({**parameters, "cursor": cursor})}>; rel="next"'}


def allow(methods: Iterable[str]) -> str:
    """The `Allow` of a 405; HEAD is answered wherever GET is."""
    methods = set(methods) - {"OPTIONS"}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
