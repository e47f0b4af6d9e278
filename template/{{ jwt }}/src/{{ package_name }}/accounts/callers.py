"""Who calls: what a token or an API key says, and the database confirms."""

from uuid import UUID

from sqlalchemy import select

from ..database import Database, now
from ..errors import Conflict
from .api_keys import KEY_MARK, hashed, parts
from .errors import Unauthorized
from .model import SUBJECT_MAX, ApiKey, Login, User
from .outside import OutsideIssuer
from .ownership import ADMIN, Caller
from .signing import Signer, issuer_of


class Callers:
    """Those whose tokens and keys are valid."""

    def __init__(self, database: Database, signer: Signer, outside: OutsideIssuer | None) -> None:
        self.database = database
        self.signer = signer
        self.outside = outside

    def of(self, credential: str) -> Caller:
        """Who shows this token or API key. Raises `Unauthorized` when it is not valid, or no more."""
        if credential.startswith(KEY_MARK):
            return self._of_key(credential)
        if self.outside is not None and issuer_of(credential) == self.outside.issuer:
            return self._of_outside(self.outside, credential)
        return self._of_token(credential)

    def _of_token(self, token: str) -> Caller:
        claims = self.signer.verify(token, "at+jwt")
        user_id, login_id = UUID(claims["sub"]), UUID(claims["sid"])
        query = select(User.is_admin).join(Login, Login.user_id == User.id).where(Login.id == login_id)
        with self.database.read() as session:
            is_admin = session.scalar(query)
        if is_admin is None:  # logged out since, or deleted
            raise Unauthorized
        return Caller(user_id, _scopes(claims["scope"], is_admin=is_admin), login_id=login_id)

    def _of_key(self, key: str) -> Caller:
        prefix, secret = parts(key)
        query = select(ApiKey, User.is_admin).join(User, User.id == ApiKey.user_id)
        query = query.where(ApiKey.prefix == prefix, ApiKey.secret_hash == hashed(secret))
        with self.database.read() as session:
            row = session.execute(query).one_or_none()
        if row is None:
            raise Unauthorized
        its, is_admin = row
        if its.expires_at is not None and its.expires_at <= now():
            raise Unauthorized
        return Caller(its.user_id, _scopes(its.scope, is_admin=is_admin), "apiKey")

    def _of_outside(self, issuer: OutsideIssuer, token: str) -> Caller:
        claims = issuer.verify(token)
        subject = f"{issuer.issuer} {claims['sub']}"
        if len(subject) > SUBJECT_MAX or not subject.isprintable():
            raise Unauthorized
        user_id, is_admin = self._known(subject)
        return Caller(user_id, _scopes(claims.get("scope"), is_admin=is_admin))

    def _known(self, subject: str) -> tuple[UUID, bool]:
        """The user of an outside issuer, who is known from the first call on."""
        query = select(User.id, User.is_admin).where(User.subject == subject)
        with self.database.read() as session:
            row = session.execute(query).one_or_none()
        if row is not None:
            user_id, is_admin = row
            return user_id, is_admin
        try:
            with self.database.begin() as session:
                user = User(subject=subject)
                session.add(user)
        except Conflict:  # another call was first
            return self._known(subject)
        return user.id, False


def _scopes(scope: object, *, is_admin: bool) -> frozenset[str]:
    """What a token says that it may do, less what its user may not."""
    scopes = frozenset(scope.split() if isinstance(scope, str) else ())
    return scopes if is_admin else scopes - {ADMIN}
