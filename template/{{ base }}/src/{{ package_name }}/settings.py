"""What can be set: one field is one environment variable, or one line of `.env`."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError


class SettingsError(Exception):
    """A setting is wrong; the message names its variable and says why."""


class Settings(BaseSettings):
    """The settings, from the environment first, then `.env`, then the defaults.

    Raises pydantic's `ValidationError`; `Settings.load()` turns it into sentences.
    """

    # A misspelt line in `.env` is refused, rather than ignored in silence.
    model_config = SettingsConfigDict(env_file=".env", extra="forbid", frozen=True)

    database_url: str = "sqlite:///app.db"
    """Where the data is, as an SQLAlchemy URL."""

    threads: int = Field(default=4, ge=1, le=64)
    """Requests of one process that may use the database at once, each with a connection."""

    bind_host: str = "127.0.0.1"
    """The IP address to listen on; 0.0.0.0 for every interface, as in a container."""

    port: int = Field(default=8000, ge=1, le=65535)
    """The port to listen on."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important level that is logged."""

    log_format: Literal["json", "console"] = "json"
    """`json` for machines, `console` for people."""

    request_seconds: int = Field(default=30, ge=1, le=3600)
    """How long a request may take to arrive (else 408), and its answer to begin (else 503), in seconds."""

    max_url_bytes: int = Field(default=8192, ge=256, le=32768)
    """The longest path with its query, in bytes; a longer one is answered with 414."""

    max_header_bytes: int = Field(default=16384, ge=1024, le=32768)
    """The headers of a request, in bytes; more are answered with 431."""

    max_nesting: int = Field(default=32, ge=2, le=200)
    """How deep arrays and objects may be in each other in a body; a deeper one is answered with 400."""

    max_body_bytes: int = Field(default=1024 * 1024, ge=1)
    """The largest request body, in bytes; a longer one is answered with 413."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may call this API, separated by commas; none by default."""

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        try:
            url = make_url(value)
            url.get_dialect().import_dbapi()
        except ModuleNotFoundError as error:
            raise ValueError(f"its driver is not installed ({error.name})") from None
        except (SQLAlchemyError, ValueError):
            raise ValueError("is not an SQLAlchemy URL, such as sqlite:///app.db") from None
        database = url.database or ":memory:"
        if url.get_backend_name() == "sqlite" and database.startswith((":memory:", "file:")):
            raise ValueError("must name a file, as sqlite:///app.db; in memory, each connection is alone")
        return value

    @field_validator("bind_host")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        try:
            return str(ip_address(value))
        except ValueError:
            raise ValueError("must be an IP address, such as 127.0.0.1 or 0.0.0.0") from None

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_at_commas(cls, value: str | Sequence[str]) -> Sequence[str]:
        if isinstance(value, str):
            return [origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()]
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, separator, host = origin.partition("://")
            if scheme not in {"http", "https"} or not separator or not host or "/" in host:
                raise ValueError("must be origins, such as https://shop.example")
        return value

    @classmethod
    def load(cls) -> Self:
        """Read the settings; raise `SettingsError` with a sentence for each wrong variable."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError("\n".join(_sentence(e["loc"], e["msg"]) for e in error.errors())) from None


def _sentence(loc: tuple[int | str, ...], message: str) -> str:
    name = str(loc[0]).upper()
    if name.lower() not in Settings.model_fields:
        return f"{name} in .env is not a setting; .env.example lists them all."
    return f"{name}: {message.removeprefix('Value error, ')}."
