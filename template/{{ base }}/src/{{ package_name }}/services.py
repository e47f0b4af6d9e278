"""The composition root: every service, built once from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from .database import Database
from .items.service import Items
from .settings import Settings


@dataclass(frozen=True)
class Services:
    """What the API, the command line and the tests call."""

    database: Database
    items: Items

    @classmethod
    def build(cls, settings: Settings) -> Self:
        """Build them all. Nothing connects yet."""
        database = Database(settings.database_url, connections=settings.threads)
        return cls(database=database, items=Items(database))

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> Iterator[Self]:
        """Build them all, and close their connections at the end."""
        services = cls.build(settings)
        try:
            yield services
        finally:
            services.database.close()
