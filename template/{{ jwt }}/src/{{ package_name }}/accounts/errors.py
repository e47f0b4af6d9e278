"""What can be wrong with who calls; `WWW-Authenticate` tells it to programs (RFC 6750 section 3)."""

from ..errors import AppError

CHALLENGE = {"WWW-Authenticate": "Bearer"}
INVALID_TOKEN = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
INSUFFICIENT_SCOPE = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


class Unauthorized(AppError):
    """The credentials do not count. What is wrong with them is not told."""

    status, detail = 401, "This needs a valid token or API key."
    headers = INVALID_TOKEN


class NoCredentials(Unauthorized):
    """No credentials of a scheme that is known here were sent, so that none are said to be wrong."""

    headers = CHALLENGE


class Forbidden(AppError):
    """The credentials count, but not for this."""

    status, detail = 403, "Your token or API key is not for this."
    headers = INSUFFICIENT_SCOPE


class LacksScope(Forbidden):
    """The credentials lack a scope, such as `items:write`."""

    def __init__(self, scope: str) -> None:
        self.headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
        super().__init__(f"This needs the scope {scope}, which your token or API key lacks.")


class TooManyRequests(AppError):
    """This is the one try too many; in `seconds` there may be another."""

    status, detail = 429, "Too many tries. Wait for the seconds that the header Retry-After names."

    def __init__(self, seconds: int) -> None:
        self.headers = {"Retry-After": str(seconds)}
        super().__init__()


class OAuthError(AppError):
    """A token is refused; `code` is one of RFC 6749 section 5.2, such as `invalid_grant`."""

    status, detail = 400, "The request for a token is refused."

    def __init__(self, code: str, detail: str | None = None) -> None:
        self.members = {"error": code}
        super().__init__(detail)
