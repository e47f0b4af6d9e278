"""What can be done with API keys, which programs show instead of a token."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from uuid import UUID

from sqlalchemy import delete, func, select

from ..database import Database, now
from ..errors import Conflict, FieldError, Invalid, NotFound
from ..pagination import Page, paginate
from .errors import Unauthorized
from .model import ApiKey, Login, User
from .ownership import Caller

KEY_MARK = "sk_"
"""How every key begins, so that programs that look for leaked secrets find it."""

KEYS_MAX = 100
"""How many keys a user may have."""


SCOPES_MAX = 20
"""How many scopes a key may have."""

DAYS_MAX = 3650
"""How long a key may be valid that expires."""


@dataclass(frozen=True)
class MadeKey:
    """A key as its maker sees it, this once."""

    api_key: ApiKey
    key: str = field(repr=False)


class ApiKeys:
    """The keys of the programs of a user."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def create(
        self, caller: Caller, *, name: str, scopes: list[str], expires_in_days: int | None = None
    ) -> MadeKey:
        """A new key, for some of the caller's own scopes.

        Raises `Invalid` for a scope that the caller has not, and `Conflict` for one key too many.
        """
        if wrong := [index for index, scope in enumerate(scopes) if scope not in caller.scopes]:
            detail = f"Your token has these scopes: {' '.join(sorted(caller.scopes))}."
            raise Invalid(*(FieldError.at("body", ["scopes", index], detail) for index in wrong))
        days = expires_in_days
        prefix, secret = KEY_MARK + token_hex(4), token_urlsafe(32)
        its = ApiKey(
            user_id=caller.user_id,
            name=name,
            prefix=prefix,
            secret_hash=hashed(secret),
            scope=" ".join(sorted({*scopes})),
            expires_at=None if days is None else now() + timedelta(days=days),
        )
        count = select(func.count()).where(ApiKey.user_id == caller.user_id)
        with self.database.begin() as session:
            session.get(User, caller.user_id, with_for_update=True)  # so that keys are counted in turn
            if caller.login_id is not None and session.get(Login, caller.login_id) is None:
                raise Unauthorized  # ended meanwhile, with all keys
            if session.scalars(count).one() >= KEYS_MAX:
                raise Conflict(f"You have {KEYS_MAX} API keys. Delete one first.")
            session.add(its)
        return MadeKey(its, f"{prefix}_{secret}")

    def page(self, user_id: UUID, *, limit: int = 20, cursor: str | None = None) -> Page[ApiKey]:
        """One page of a user's keys, the newest first. Raises `Invalid` for a foreign cursor."""
        query = select(ApiKey).where(ApiKey.user_id == user_id)
        with self.database.read() as session:
            return paginate(session, query, ApiKey, sort="-created_at", limit=limit, cursor=cursor)

    def delete(self, user_id: UUID, key_id: UUID) -> None:
        """End a key. Raises `NotFound` when the user has no such key."""
        gone = delete(ApiKey).where(ApiKey.id == key_id, ApiKey.user_id == user_id).returning(ApiKey.id)
        with self.database.begin() as session:
            if session.scalar(gone) is None:
                raise NotFound("You have no API key with this id.")


def parts(key: str) -> tuple[str, str]:
    """The prefix, by which a key is found, and the secret. Raises `Unauthorized`."""
    prefix, separator, secret = key.removeprefix(KEY_MARK).partition("_")
    if not separator or not key.isprintable():
        raise Unauthorized
    return KEY_MARK + prefix, secret


def hashed(secret: str) -> str:
    """What is kept of a secret. It is 256 random bits, so that nobody can guess it from this."""
    return sha256(secret.encode()).hexdigest()
