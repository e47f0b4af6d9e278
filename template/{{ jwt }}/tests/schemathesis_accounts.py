"""How schemathesis has an account: as anybody can, it registers and logs in.

See https://schemathesis.readthedocs.io/en/stable/guides/auth/.
"""

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin
from uuid import uuid4

import httpx2
import schemathesis

Case = schemathesis.Case[Any]

PASSWORD = "Crisp lilac teapot"  # noqa: S105 (of tests)

HTTP = httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0))
"""One for all: each makes a TLS context, which takes longer than a request."""

ENDING = {"DELETE /api/v1/tokens", "DELETE /api/v1/users/me", "PATCH /api/v1/users/me"}
"""What ends the login of its caller."""


@dataclass(frozen=True)
class Account:
    """Someone who is logged in, and what they send."""

    email: str
    header: str

    @classmethod
    def opened(cls, case: Case) -> Self:
        email = f"{uuid4()}@example.org"
        user = {"email": email, "password": PASSWORD}
        HTTP.post(urljoin(case.operation.base_url, "/api/v1/users"), json=user).raise_for_status()
        return cls(email, f"Bearer {log_in(case, email)['access_token']}")


def log_in(case: Case, email: str) -> dict[str, str]:
    form = {"grant_type": "password", "username": email, "password": PASSWORD}
    answer = HTTP.post(urljoin(case.operation.base_url, "/api/v1/tokens"), data=form).raise_for_status()
    tokens: dict[str, str] = answer.json()
    return tokens


ACCOUNTS: dict[str, Account] = {}
"""Of Ada, who calls; of Grace, who calls what ends a login; and of Lin, who logs in time and again."""


def account_of(case: Case, name: str) -> Account:
    if name not in ACCOUNTS:
        ACCOUNTS[name] = Account.opened(case)
    return ACCOUNTS[name]


@schemathesis.auth(refresh_interval=None)
class Ada:
    def get(self, case: Case, _context: schemathesis.AuthContext) -> str:
        return account_of(case, "Ada").header

    def set(self, case: Case, header: str, _context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = header


@schemathesis.hook("before_call")
def let_grace_call(_context: schemathesis.HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """Ada's login does not end."""
    is_adas = case.headers.get("Authorization") == account_of(case, "Ada").header
    if is_adas and case.operation.label in ENDING:
        case.headers["Authorization"] = account_of(case, "Grace").header


@schemathesis.hook("after_call")
def forget_grace(_context: schemathesis.HookContext, case: Case, response: schemathesis.Response) -> None:
    """The next Grace has an account of her own."""
    if response.status_code < 300 and case.operation.label in ENDING:
        del ACCOUNTS["Grace"]


@schemathesis.hook("before_call")
def know_the_secrets(_context: schemathesis.HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """No schema can say which passwords and tokens there are: a good request has those of Lin, or Grace."""
    if isinstance(case.body, dict) and case.meta and case.meta.generation.mode.is_positive:
        if "username" in case.body:
            case.body |= {"username": account_of(case, "Lin").email, "password": PASSWORD}
        if "refresh_token" in case.body:
            email = account_of(case, "Lin").email
            case.body["refresh_token"] = log_in(case, email)["refresh_token"]
        if "current_password" in case.body:
            case.body["current_password"] = PASSWORD


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, document: dict[str, Any]) -> None:
    """Have `ignored_auth` checked of OAuth 2 tokens, too: they are bearer tokens (RFC 6750)."""
    document["components"]["securitySchemes"]["oauth2"] |= {"type": "http", "scheme": "bearer"}
