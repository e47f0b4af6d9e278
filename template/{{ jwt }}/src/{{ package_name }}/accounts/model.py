"""What an account is: a user, where they are logged in, and the keys of their programs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Entity

EMAIL_MAX = 254  # RFC 5321, section 4.5.3.1.3
SUBJECT_MAX = 512
SCOPE_MAX = 1000
KEY_NAME_MAX = 80


class User(Entity, kw_only=True):
    """Someone with an account: of this API, or of an outside issuer."""

    __tablename__ = "users"

    email: Mapped[str | None] = mapped_column(String(EMAIL_MAX), unique=True, default=None)
    subject: Mapped[str | None] = mapped_column(String(SUBJECT_MAX), unique=True, default=None)
    password_hash: Mapped[str | None] = mapped_column(String(255), default=None, repr=False)
    is_admin: Mapped[bool] = mapped_column(default=False)


class Login(Entity, kw_only=True):
    """Where a user is logged in: a family of refresh tokens, of which one is valid, by its id."""

    __tablename__ = "logins"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(SCOPE_MAX))
    token_id: Mapped[UUID] = mapped_column(repr=False)
    expires_at: Mapped[datetime]


class ApiKey(Entity, kw_only=True):
    """What a program shows to act for a user. The key itself is not kept: only its beginning and its hash."""

    __tablename__ = "api_keys"
    __table_args__ = (Index(None, "user_id", "created_at", "id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(KEY_NAME_MAX))
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), repr=False)
    scope: Mapped[str] = mapped_column(String(SCOPE_MAX))
    expires_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def scopes(self) -> list[str]:
        """What it may do, by name."""
        return self.scope.split()
