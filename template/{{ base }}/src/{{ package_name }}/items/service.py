"""What can be done with items. Raises `AppError`s; knows nothing of HTTP."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database import Database
from ..errors import NotFound, PreconditionFailed
from ..pagination import Page, paginate
from .model import Item, ItemSort

NAME_TAKEN = "Another item has this name."
ALL = select(Item)


class Items:
    """The items of the shop."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def page(
        self,
        *,
        limit: int = 20,
        cursor: str | None = None,
        sort: ItemSort = "-created_at",
        name: str | None = None,
    ) -> Page[Item]:
        """One page; `name` keeps the items whose name contains it, in any case.

        Raises `Invalid` for a cursor that is not of this sort.
        """
        query = ALL
        if name:
            query = query.where(Item.name.icontains(name, autoescape=True))
        with self.database.read() as session:
            return paginate(session, query, Item, sort=sort, limit=limit, cursor=cursor)

    def get(self, item_id: UUID) -> Item:
        """One item. Raises `NotFound`."""
        with self.database.read() as session:
            return _find(session, item_id)

    def create(self, **data: Any) -> Item:
        """A new item, from its fields. Raises `Conflict` when its name is taken."""
        item = Item(**data)
        with self.database.begin(conflict=NAME_TAKEN) as session:
            session.add(item)
        return item

    def update(
        self, item_id: UUID, changes: Mapping[str, Any], *, versions: Collection[int] | None = None
    ) -> Item:
        """The item with `changes` made, if its version is among `versions` (when they are given).

        Raises `NotFound`, `PreconditionFailed`, or `Conflict` when the name is taken.
        """
        with self.database.begin(conflict=NAME_TAKEN) as session:
            item = _find(session, item_id, versions)
            for field, value in changes.items():
                setattr(item, field, value)
        return item

    def delete(self, item_id: UUID, *, versions: Collection[int] | None = None) -> None:
        """Delete the item, if its version is among `versions`. Raises `NotFound`, `PreconditionFailed`."""
        with self.database.begin() as session:
            session.delete(_find(session, item_id, versions))


def _find(session: Session, item_id: UUID, versions: Collection[int] | None = None) -> Item:
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound("There is no item with this id.")
    if versions is not None and item.version not in versions:
        raise PreconditionFailed
    return item
