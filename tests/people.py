"""Those who call projects that have accounts: Ada, and all that one may show in her place."""

import json
from pathlib import Path
from urllib.parse import urlencode

import httpx2
from conftest import run

ADA, GRACE = "ada@example.org", "grace@example.org"
PASSWORD = "Crisp lilac teapot"  # noqa: S105 (of tests)
SECRET = "T8kq-Zr2_vXw7LmPz4bNc9Yh3sGdJf6uEa1oRi5t"  # noqa: S105 (of tests)
FORM = "application/x-www-form-urlencoded"

SETTINGS = {
    "TOKEN_SECRET": SECRET,
    "ATTEMPTS_PER_ADDRESS": "100000/second",
    "ATTEMPTS_PER_ACCOUNT": "100000/second",
}
"""With as many attempts as tests make. To a project without accounts, none of these is a setting."""


def has_accounts(project: Path) -> bool:
    return any(project.glob("src/*/accounts/*.py"))  # and not only what once ran there


def grant(url: str, email: str = ADA) -> dict[str, str]:
    """The tokens of a user, who is registered first if need be."""
    httpx2.post(f"{url}/api/v1/users", json={"email": email, "password": PASSWORD}).raise_for_status()
    return log_in(url, email)


def log_in(url: str, email: str = ADA, password: str = PASSWORD) -> dict[str, str]:
    """Tokens of a user who is there."""
    form = {"grant_type": "password", "username": email, "password": password}
    answer = httpx2.post(f"{url}/api/v1/tokens", data=form).raise_for_status()
    tokens: dict[str, str] = answer.json()
    return tokens


def bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def signed_in(project: Path, url: str, email: str = ADA) -> dict[str, str]:
    """The headers of a user, where there are users."""
    return bearer(grant(url, email)["access_token"]) if has_accounts(project) else {}


def api_key(url: str, headers: dict[str, str], *scopes: str) -> str:
    body = {"name": "Cash desk", "scopes": scopes}
    answer = httpx2.post(f"{url}/api/v1/api-keys", json=body, headers=headers).raise_for_status()
    key: str = answer.json()["key"]
    return key


# The project's own code signs, so that nothing of its tokens has to be told here.
SIGN = """
import json, sys
from datetime import timedelta
from pydantic import SecretStr
from my_shop.accounts.signing import Signer

def signed(*, secret, kind, hours, **claims):
    return Signer(SecretStr(secret), None).sign(kind, timedelta(hours=hours), **claims)

print(json.dumps({name: signed(**its) for name, its in json.loads(sys.argv[1]).items()}))
"""


def tokens(project: Path, user_id: str, login_id: str) -> dict[str, str]:
    """Tokens of this login that are valid for a day, and tokens that are not; by what they are."""
    every = "api-keys:read api-keys:write items:read items:write users:read users:write"
    good = {"secret": SECRET, "kind": "at+jwt", "hours": 24, "sub": user_id, "sid": login_id, "scope": every}
    other = "0199a3f2-7c1e-7b44-9d7e-00000000dead"
    wanted = {
        "good": good,
        "admin": {**good, "scope": f"{every} admin"},
        "reads": {**good, "scope": "items:read users:read api-keys:read"},
        "scopeless": {**good, "scope": ""},
        "expired": {**good, "hours": -1},
        "of another kind": {**good, "kind": "rt+jwt"},
        "of another secret": {**good, "secret": SECRET[::-1]},
        "of a login that is over": {**good, "sid": other},
    }
    printed = run(project / ".venv/bin/python", "-c", SIGN, json.dumps(wanted), cwd=project).stdout
    its: dict[str, str] = json.loads(printed)
    head, payload, signature = its["good"].split(".")
    nothing_signed = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"  # {"alg":"none","typ":"at+jwt"}
    return its | {
        "of no algorithm": f"{nothing_signed}.{payload}.",
        "with another payload": f"{head}.{payload[:-4]}AAAA.{signature}",
        "without its end": its["good"][:-1],
        "without a signature": f"{head}.{payload}.",
    }


def form(**parameters: str) -> str:
    return urlencode(parameters)
