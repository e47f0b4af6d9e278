"""The composition root: every service, built once from the settings."""

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
        database = Database(settings.database_url, connections=settings.threads)
        return cls(database=database, items=Items(database))
