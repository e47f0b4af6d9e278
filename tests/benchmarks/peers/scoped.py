"""Items by SQLAlchemy as Flask's documentation joins the two: a `scoped_session`, removed after each request.

See https://flask.palletsprojects.com/en/stable/patterns/sqlalchemy/. Nothing is checked but by the database.
"""

import os
from typing import Any
from uuid import UUID

from flask import Flask
from my_shop.database import Moment, now
from my_shop.errors import NotFound
from my_shop.money import Money
from my_shop.pagination import Page
from sqlalchemy import Column, Integer, String, Uuid, create_engine, tuple_
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker
from uuid_utils.compat import uuid7

from .cursors import decode, encode

engine = create_engine(os.environ["DATABASE_URL"])
db_session = scoped_session(sessionmaker(autocommit=False, autoflush=False, bind=engine))
Base: Any = declarative_base()
Base.query = db_session.query_property()


class Item(Base):
    __tablename__ = "items"

    id = Column(Uuid, primary_key=True, default=uuid7)
    name = Column(String(80), unique=True)
    description = Column(String(2000))
    price = Column(Money)
    created_at = Column(Moment)
    updated_at = Column(Moment)
    version = Column(Integer, default=1)


class Items:
    """What can be done with them; the same as by our service of this name."""

    def __init__(self, app: Flask) -> None:
        app.teardown_appcontext(self.shutdown_session)

    def shutdown_session(self, exception: BaseException | None = None) -> None:
        db_session.remove()

    def page(self, *, limit: int = 20, cursor: str | None = None) -> Page[Any]:
        query = Item.query.order_by(Item.created_at.desc(), Item.id.desc())
        if cursor is not None:
            query = query.filter(tuple_(Item.created_at, Item.id) < decode(cursor))
        rows = query.limit(limit + 1).all()
        page = rows[:limit]
        return Page(page, encode(page[-1].created_at, page[-1].id) if len(rows) > limit else None)

    def create(self, **data: Any) -> Any:
        item = Item(**data)
        item.created_at = item.updated_at = now()
        db_session.add(item)
        db_session.commit()
        return item

    def get(self, item_id: UUID) -> Any:
        item = Item.query.filter(Item.id == item_id).first()
        if item is None:
            raise NotFound
        return item

    def update(self, item_id: UUID, changes: dict[str, Any]) -> Any:
        item = self.get(item_id)
        for name, value in changes.items():
            setattr(item, name, value)
        item.updated_at = now()
        item.version += 1
        db_session.commit()
        return item
