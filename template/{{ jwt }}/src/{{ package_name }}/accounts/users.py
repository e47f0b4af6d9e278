"""What can be done with users. Raises `AppError`s; knows nothing of HTTP."""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..database import Database
from ..errors import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from ..idempotency import IdempotencyKey
from ..items.model import Item
from .model import ApiKey, Login, User
from .ownership import NOBODY, Caller, acting
from .passwords import PASSWORD_MAX, PASSWORD_MIN, Passwords, require_unguessable
from .throttle import Throttle

EMAIL_TAKEN = "There is a user with this email address."
NAMES_MEET = "The user has an item of the same name as one of these. Rename it first."
WRONG_PASSWORD = "This is not the password of your account."  # noqa: S105 (a sentence)


def normalised(email: str) -> str:
    """The one way in which an address is written here: in lower case, and normal Unicode.

    Raises `Invalid` for what is no address to which mail could be sent.
    """
    try:
        return validate_email(email, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid(FieldError.at("body", ["email"], str(error))) from None


class Users:
    """Those who have an account."""

    def __init__(self, database: Database, passwords: Passwords, throttle: Throttle) -> None:
        self.database = database
        self.passwords = passwords
        self.throttle = throttle

    def register(self, *, email: str, password: str, address: str) -> str:
        """Let someone have an account, and return their normalised email address.

        Whether the address has one already is not told: nothing happens then, in the same time.
        Raises `Invalid` for no address or a password that is easily guessed, and `TooManyRequests`.
        """
        email = normalised(email)
        self.throttle.admit("registration", address, email)
        with suppress(Conflict):
            self.create(email=email, password=password)
        return email

    def create(self, *, email: str, password: str, is_admin: bool = False) -> User:
        """A new user. Raises `Invalid` as `register` does, or `Conflict` when the address is taken."""
        email = normalised(email)
        _require_good(password, email)
        user = User(email=email, password_hash=self.passwords.hash(password), is_admin=is_admin)
        with self.database.begin(conflict=EMAIL_TAKEN) as session:
            session.add(user)
        return user

    def get(self, user_id: UUID) -> User:
        """One user. Raises `NotFound`."""
        with self.database.read() as session:
            return _find(session, user_id)

    def find(self, email: str) -> User:
        """The user with this email address. Raises `NotFound`, or `Invalid` for no address."""
        with self.database.read() as session:
            user = session.scalar(select(User).where(User.email == normalised(email)))
        if user is None:
            raise NotFound("There is no user with this email address.")
        return user

    def change_password(
        self,
        user_id: UUID,
        *,
        current_password: str,
        password: str,
        address: str,
        versions: Collection[int] | None = None,
    ) -> User:
        """Change the password of who knows it, and end every login and API key of the account.

        Raises `Invalid` for a wrong or a new one that is easily guessed, `TooManyRequests`, or
        `PreconditionFailed` when the user's version is not among `versions`.
        """
        self.throttle.admit("password", address, str(user_id))
        was = self.get(user_id)
        if not self.passwords.verify(current_password, was.password_hash):
            raise Invalid(FieldError.at("body", ["current_password"], WRONG_PASSWORD))
        return self.set_password(was, password, versions=versions)

    def set_password(self, was: User, password: str, *, versions: Collection[int] | None = None) -> User:
        """Give the user another password, and end every login and API key of the account."""
        _require_good(password, was.email or "")
        password_hash = self.passwords.hash(password)  # which takes long, so that nobody waits for it
        with self.database.begin() as session:
            user = _find(session, was.id, versions)
            if user.password_hash != was.password_hash:
                raise Conflict
            user.password_hash = password_hash
            session.execute(delete(Login).where(Login.user_id == user.id))
            session.execute(delete(ApiKey).where(ApiKey.user_id == user.id))
        return user

    def adopt(self, user_id: UUID) -> int:
        """Give the user the items that were there before there were accounts, and tell how many.

        Raises `Conflict` when one of them has the name of an item that the user has.
        """
        with acting(Caller(NOBODY)), self.database.begin(conflict=NAMES_MEET) as session:
            theirs = update(Item).where(Item.owner_id == NOBODY)
            theirs = theirs.values(owner_id=user_id, updated_at=Item.updated_at)  # which is as it was
            return len(session.scalars(theirs.returning(Item.id)).all())

    def delete(self, user_id: UUID, *, versions: Collection[int] | None = None) -> None:
        """Delete the user with all that is theirs. Raises `NotFound`, `PreconditionFailed`."""
        with self.database.begin() as session:
            session.delete(_find(session, user_id, versions))
            session.execute(delete(IdempotencyKey).where(IdempotencyKey.client == str(user_id)))


def _require_good(password: str, email: str) -> None:
    """Raise `Invalid` for a password with which one could not log in, or that is easily guessed."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        detail = f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters."
        raise Invalid(FieldError.at("body", ["password"], detail))
    require_unguessable(password, email)


def _find(session: Session, user_id: UUID, versions: Collection[int] | None = None) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    if versions is not None and user.version not in versions:
        raise PreconditionFailed
    return user
