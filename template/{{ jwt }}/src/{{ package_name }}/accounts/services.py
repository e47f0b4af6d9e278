"""The composition root of accounts: their services, built once from the settings."""

from dataclasses import dataclass
from typing import Self

from ..database import Database
from ..settings import Settings
from .api_keys import ApiKeys
from .callers import Callers
from .outside import OutsideIssuer
from .passwords import Passwords
from .signing import Signer
from .throttle import Throttle
from .tokens import Tokens
from .users import Users


@dataclass(frozen=True)
class Accounts:
    """What the API and the command line call."""

    users: Users
    tokens: Tokens
    api_keys: ApiKeys
    callers: Callers

    @classmethod
    def build(cls, database: Database, settings: Settings) -> Self:
        """Build them all. Nothing connects yet."""
        signer = Signer(settings.token_secret, settings.token_secret_before)
        issuer = settings.oidc_issuer
        outside = OutsideIssuer(issuer, settings.oidc_audience) if issuer else None
        throttle = Throttle(
            settings.rate_limit_storage, settings.attempts_per_address, settings.attempts_per_account
        )
        passwords = Passwords()
        return cls(
            users=Users(database, passwords, throttle),
            tokens=Tokens(database, passwords, throttle, signer),
            api_keys=ApiKeys(database),
            callers=Callers(database, signer, outside),
        )
