"""What can be set of accounts; these are fields of `Settings`."""

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from jwt import InvalidKeyError, get_algorithm_by_name
from limits import parse_many
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

GUESSABLE = re.compile("change.?(me|this|it)|secret|password|example", re.IGNORECASE)

# The keys of RFC 7515 appendix A.1, and of the tutorial of FastAPI.
PUBLISHED = {
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
}

RANDOM = "python -c 'import secrets; print(secrets.token_urlsafe())'"

# By https or from this machine, so that nobody on the way can change what is fetched.
SAFE_URL = re.compile(
    r"(https://[\w.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))(:\d{1,5})?(/[!-~]*)?", re.ASCII
)


class AccountSettings(BaseSettings):
    """The settings of accounts, to be inherited from."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    token_secret: SecretStr | None = None
    """What tokens are signed with, 32 random characters or more; without it, nobody can log in."""

    token_secret_before: SecretStr | None = None
    """The secret that `token_secret` replaces: tokens signed with it count until they expire."""

    oidc_issuer: str = ""
    """The OpenID Connect issuer whose access tokens count, too; none by default."""

    oidc_audience: str = Field(default="", validate_default=True)
    """Whom its tokens must be for: the name that this API has there."""

    rate_limit_storage: SecretStr = SecretStr("memory://")
    """Where tries are counted: `memory://` in each process, or the URL of a Redis, for all of them."""

    attempts_per_address: str = "60/minute"
    """Tries to log in from one address; as many to register, and to change a password."""

    attempts_per_account: str = "10/minute"
    """The same for one account, from wherever."""

    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Reverse proxies whose `X-Forwarded-For` is believed: IP addresses or networks, separated by commas."""

    @field_validator("token_secret", "token_secret_before", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("token_secret", "token_secret_before")
    @classmethod
    def _looks_random(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not looks_random(value.get_secret_value()):
            raise ValueError(f"must be 32 random characters or more, as this prints: {RANDOM}")
        return value

    @field_validator("token_secret_before")
    @classmethod
    def _is_replaced(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value and info.data.get("token_secret", value) is None:
            raise ValueError("is of no use without TOKEN_SECRET, which replaces it")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str) -> str:
        if value and (not SAFE_URL.fullmatch(value) or set(value) & set("?#")):
            raise ValueError("must be an https URL without a query, such as https://login.example")
        return value

    @field_validator("oidc_audience")
    @classmethod
    def _is_of_the_issuer(cls, value: str, info: ValidationInfo) -> str:
        issuer = info.data.get("oidc_issuer")  # None if it is wrong itself
        if issuer and not value:
            raise ValueError("must be set with OIDC_ISSUER, or its tokens for others would count here")
        if issuer == "" and value:
            raise ValueError("is of no use without OIDC_ISSUER")
        return value

    @field_validator("rate_limit_storage")
    @classmethod
    def _is_a_storage(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        try:
            its = urlsplit(url)
            is_redis = its.scheme in {"redis", "rediss"} and its.hostname and its.port != 0
        except ValueError:
            is_redis = False
        if url != "memory://" and not is_redis:
            raise ValueError("must be memory://, or the URL of a Redis, such as redis://127.0.0.1:6379/0")
        return value

    @field_validator("attempts_per_address", "attempts_per_account")
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        try:
            limits = parse_many(value)
        except ValueError:
            limits = []
        if [limit.amount > 0 for limit in limits] != [True]:
            raise ValueError("must be a number and the time that it is for, such as 10/minute")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            networks = [ip_network(each) for each in value]
        except ValueError:
            raise ValueError("must be IP addresses or networks, such as 10.0.0.5 or 10.0.0.0/8") from None
        if any(network.prefixlen == 0 for network in networks):
            raise ValueError("must not be everybody, or clients could say that they are somebody else")
        return value


def looks_random(secret: str) -> bool:
    """Whether a secret is long enough, and not one that is seen at a glance to be no random one."""
    repeated = secret in (secret * 2)[1:-1]
    if len(secret) < 32 or len(set(secret)) < 8 or repeated:
        return False
    if GUESSABLE.search(secret) or secret in PUBLISHED:
        return False
    try:
        get_algorithm_by_name("HS256").prepare_key(secret)
    except InvalidKeyError:  # a key of another kind, which is refused when it comes to signing
        return False
    return True
