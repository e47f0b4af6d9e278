"""What an item is, and its limits."""

from decimal import Decimal
from typing import Literal

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.ownership import Owned
from ..money import Money

NAME_MAX = 80
DESCRIPTION_MAX = 2000

# Every one has an index, so that a page costs the same at any depth.
ItemSort = Literal[
    "id", "-id", "name", "-name", "price", "-price", "created_at", "-created_at", "updated_at", "-updated_at"
]


class Item(Owned, kw_only=True):
    """Something that the shop sells. No two items of one owner share a name."""

    __tablename__ = "items"
    __table_args__ = (
        Index(None, "owner_id", "name", unique=True),
        Index(None, "owner_id", "id"),
        Index(None, "owner_id", "price", "id"),
        Index(None, "owner_id", "created_at", "id"),
        Index(None, "owner_id", "updated_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(NAME_MAX))
    description: Mapped[str | None] = mapped_column(String(DESCRIPTION_MAX), default=None)
    price: Mapped[Decimal] = mapped_column(Money)
