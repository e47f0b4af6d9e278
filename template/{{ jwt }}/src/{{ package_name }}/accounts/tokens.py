"""Logging in and staying so: access tokens, and the refresh tokens that get new ones (RFC 6749)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from ..database import Database, now
from ..errors import Invalid
from .errors import Forbidden, OAuthError, Unauthorized
from .model import Login, User
from .ownership import ADMIN, Caller
from .passwords import Passwords
from .signing import Signer
from .throttle import Throttle
from .users import normalised

ACCESS = timedelta(minutes=15)
"""How long an access token is valid."""

REFRESH = timedelta(days=30)
"""How long one stays logged in without a call."""

LOGINS_MAX = 100
"""How many places one may be logged in at; the oldest gives way to one more."""

WRONG = "The email address or the password is wrong."
ENDED = "This refresh token is not valid, or was used before. Log in again."


@dataclass(frozen=True)
class Grant:
    """What one gets who logs in (RFC 6749, section 5.1)."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scope: str
    expires_in: int = int(ACCESS.total_seconds())
    token_type: str = "bearer"  # noqa: S105 (its type)


class Tokens:
    """The tokens of those who log in here."""

    def __init__(self, database: Database, passwords: Passwords, throttle: Throttle, signer: Signer) -> None:
        self.database = database
        self.passwords = passwords
        self.throttle = throttle
        self.signer = signer

    def log_in(
        self, *, username: str, password: str, scope: str | None, offered: AbstractSet[str], address: str
    ) -> Grant:
        """Tokens for who knows the password: of the scopes asked for, or of all but `admin`.

        An unknown email address takes as long as a wrong password, and is told alike. Raises
        `OAuthError`, or `TooManyRequests`.
        """
        try:
            email = normalised(username)
        except Invalid:
            email = username  # which nobody has
        self.throttle.admit("login", address, email)
        with self.database.read() as session:
            user = session.scalar(select(User).where(User.email == email))
        known = None if user is None else user.password_hash
        if not self.passwords.verify(password, known) or user is None or known is None:
            raise OAuthError("invalid_grant", WRONG)
        scopes = _scopes(scope, offered, user)
        password_hash = self.passwords.hash(password) if self.passwords.is_outdated(known) else known
        login = Login(user_id=user.id, scope=scopes, token_id=uuid4(), expires_at=now() + REFRESH)
        theirs = select(Login.id).where(Login.user_id == user.id).order_by(Login.id.desc())
        oldest = delete(Login).where(Login.id.in_(theirs.offset(LOGINS_MAX - 1)))
        with self.database.begin() as session:
            its = session.get(User, user.id, with_for_update=True)
            # Since then, the account may be deleted, or its password changed, which ends every login.
            if its is None or not (
                its.password_hash == known or self.passwords.verify(password, its.password_hash)
            ):
                raise OAuthError("invalid_grant", WRONG)
            its.password_hash = password_hash
            session.execute(delete(Login).where(Login.expires_at <= now()))
            session.execute(oldest)
            session.add(login)
        return self._grant(login, scopes)

    def refresh(self, *, refresh_token: str, scope: str | None = None) -> Grant:
        """New tokens for a refresh token, which is valid once; with fewer scopes, if they are asked for.

        One that was used before may have been stolen, so it ends the login with all of its tokens
        (RFC 9700, section 4.14.2). Raises `OAuthError`.
        """
        try:
            claims = self.signer.verify(refresh_token, "rt+jwt")
        except Unauthorized:
            raise OAuthError("invalid_grant", ENDED) from None
        with self.database.begin() as session:
            login = session.get(Login, UUID(claims["sid"]), with_for_update=True)
            if login is None:
                raise OAuthError("invalid_grant", ENDED)
            is_used = login.token_id != UUID(claims["jti"])
            if is_used:
                session.delete(login)
            else:
                scopes = _fewer(scope, login.scope)
                login.token_id, login.expires_at = uuid4(), now() + REFRESH
        if is_used:
            raise OAuthError("invalid_grant", ENDED)
        return self._grant(login, scopes)

    def log_out(self, caller: Caller) -> None:
        """End the login that the caller's token is of, with all of its tokens.

        Raises `Forbidden` for a token of an outside issuer, which alone can end it.
        """
        if caller.login_id is None:
            raise Forbidden("This token is of another issuer. Log out there.")
        with self.database.begin() as session:
            session.execute(delete(Login).where(Login.id == caller.login_id))

    def _grant(self, login: Login, scope: str) -> Grant:
        its = {"sub": str(login.user_id), "sid": str(login.id), "scope": scope}
        return Grant(
            access_token=self.signer.sign("at+jwt", ACCESS, **its),
            refresh_token=self.signer.sign("rt+jwt", REFRESH, **its, jti=str(login.token_id)),
            scope=scope,
        )


def _scopes(asked: str | None, offered: AbstractSet[str], user: User) -> str:
    """The scopes that a user gets, as a token has them. Raises `OAuthError`."""
    allowed = {*offered, ADMIN} if user.is_admin else {*offered}
    scopes = offered if asked is None else set(asked.split())
    if not scopes or not scopes <= allowed:
        names = ", ".join(sorted(allowed))
        raise OAuthError("invalid_scope", f"Ask for some of these scopes, with blanks between them: {names}.")
    return " ".join(sorted(scopes))


def _fewer(asked: str | None, granted: str) -> str:
    scopes = set(granted.split() if asked is None else asked.split())
    if not scopes or not scopes <= set(granted.split()):
        raise OAuthError("invalid_scope", f"This login has these scopes: {granted}.")
    return " ".join(sorted(scopes))
