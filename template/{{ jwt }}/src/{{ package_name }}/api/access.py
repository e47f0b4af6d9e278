"""Who may call what: as the OpenAPI document tells, and the guard of each framework holds."""

import re
from collections.abc import Iterable, Sequence
from posixpath import normpath

from ..accounts.callers import Callers
from ..accounts.errors import Forbidden, LacksScope, NoCredentials
from ..accounts.ownership import ADMIN, Caller
from .contract import Json, problems

TOKEN_PATH = "/api/v1/tokens"  # noqa: S105 (its path)

_API = re.compile(r"/+api(?:/|\Z)")

# The resource that a route is about, such as items in /api/v1/items/{item_id}. Neither a path parameter nor a
# version is one.
_RESOURCE = re.compile(r"/api/(?:v[0-9]+/)?+(?!v[0-9]+\Z)([^/{}<>]+)(?:/|\Z)")

# What an operation asks of its caller, as OpenAPI's security requirements: nothing, ...
ANYBODY: list[Json] = []

# ... or a token, and no API key.
PEOPLE: list[Json] = [{"oauth2": []}]
READ_USERS: list[Json] = [{"oauth2": ["users:read"]}]
WRITE_USERS: list[Json] = [{"oauth2": ["users:write"]}]
READ_API_KEYS: list[Json] = [{"oauth2": ["api-keys:read"]}]
WRITE_API_KEYS: list[Json] = [{"oauth2": ["api-keys:write"]}]


# ... or any token or API key, whatever it is for.
ANY_CREDENTIALS: list[Json] = [{"oauth2": []}, {"apiKey": []}]


def required(
    template: str | None, method: str, declared: Sequence[Json] | None = None, *, path: str = ""
) -> Sequence[Json]:
    """Return what a request needs: what its route declares, or the scope of the route's resource.

    `template` is the path of the route that matched, such as `/api/v1/items/{item_id}`, or `None` when none
    did; `path` is the one that was asked for. A path can only close what it reaches: whatever is below /api/
    and declares nothing needs credentials, also where there is no route, or one that takes any path.
    """
    if declared is not None:
        return declared
    if template is None or not is_api(template):
        return ANY_CREDENTIALS if is_api(path) else ANYBODY
    resource = _RESOURCE.match(template)
    if resource is None:
        return ANY_CREDENTIALS
    scope = f"{resource[1]}:{'read' if method.upper() in {'GET', 'HEAD'} else 'write'}"
    return [{"oauth2": [scope]}, {"apiKey": [scope]}]


def is_api(path: str) -> bool:
    """Return whether a path is at or below the API's prefix.

    Slashes may be repeated, and dot segments are resolved, as what serves files from a folder does.
    """
    return bool(_API.match(path) or ("/." in path and _API.match(normpath(f"/{path}"))))


def admit(callers: Callers, authorization: str | None, needs: Sequence[Json]) -> Caller:
    """Who calls, if they may. Raises `Unauthorized`, or `Forbidden`."""
    scheme, _, credential = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":  # nor does one of another scheme know of tokens (RFC 6750 section 3.1)
        raise NoCredentials
    caller = callers.of(credential.strip())
    for need in needs:
        for scope in need.get(caller.scheme, ()):
            if scope not in caller.scopes:
                raise LacksScope(scope)
        if caller.scheme in need:
            return caller
    raise Forbidden("An API key cannot do this. Log in, and send a token.")


def secure(document: Json) -> None:
    """Tell in the document what each operation asks of its caller, and what it answers otherwise."""
    scopes: set[str] = set()
    refusals = {str(status): response for status, response in problems(401, 403).items()}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            needs = required(path, method, operation.get("security"))
            # Many tools know scopes of OAuth alone; an API key needs the same ones.
            operation["security"] = [{"apiKey": []} if "apiKey" in need else need for need in needs]
            scopes |= {scope for need in needs for names in need.values() for scope in names}
            if needs:
                operation["responses"] = {**refusals, **operation["responses"]}
    its_scopes = {scope: _told(scope) for scope in sorted(scopes)}
    document["components"]["securitySchemes"] = {
        "oauth2": {
            "type": "oauth2",
            "description": "Log in with the email address and the password of an account.",
            "flows": {
                "password": {
                    "tokenUrl": TOKEN_PATH,
                    "refreshUrl": f"{TOKEN_PATH}/refresh",
                    "scopes": {**its_scopes, ADMIN: "Read and change what everybody has; for admins."},
                }
            },
        },
        "apiKey": {
            "type": "http",
            "scheme": "bearer",
            "description": "The API key of a program; it needs the same scopes as a token.",
        },
    }


def offered(needs: Iterable[Sequence[Json]]) -> set[str]:
    """Return the scopes that anybody's token may have: those that some route needs."""
    return {scope for each in needs for need in each for names in need.values() for scope in names} - {ADMIN}


def _told(scope: str) -> str:
    resource, _, act = scope.partition(":")
    return f"{'Read' if act == 'read' else 'Change'} {resource.replace('-', ' ')}."
