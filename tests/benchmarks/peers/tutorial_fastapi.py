"""FastAPI in the style of its tutorial: SQLModel, `def` routes, and a session from a dependency with `yield`.

The models, the engine and the routes are those of https://fastapi.tiangolo.com/tutorial/sql-databases/, with
our columns instead of a hero's, and a cursor instead of an offset.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Query
from my_shop.database import Moment, now
from my_shop.money import Money
from sqlalchemy import tuple_
from sqlmodel import Field, Session, SQLModel, col, create_engine, select
from uuid_utils.compat import uuid7

from .cursors import decode, encode


class ItemBase(SQLModel):
    name: str = Field(min_length=1, max_length=80)
    description: str | None = Field(default=None, max_length=2000)
    price: Decimal = Field(ge=0, max_digits=10, decimal_places=2, sa_type=Money)


class Item(ItemBase, table=True):
    __tablename__ = "items"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=Moment)
    updated_at: datetime = Field(default_factory=now, sa_type=Moment)
    version: int = 1


class ItemCreate(ItemBase):
    pass


class ItemUpdate(SQLModel):
    name: str | None = Field(default=None, min_length=1, max_length=80)
    description: str | None = Field(default=None, max_length=2000)
    price: Decimal | None = Field(default=None, ge=0, max_digits=10, decimal_places=2)


class ItemPublic(SQLModel):
    id: UUID
    created_at: datetime
    updated_at: datetime
    name: str
    description: str | None
    price: Decimal


class ItemsPublic(SQLModel):
    items: list[ItemPublic]
    next_cursor: str | None


url = os.environ["DATABASE_URL"]
connect_args = {"check_same_thread": False} if url.startswith("sqlite") else {}
engine = create_engine(url, connect_args=connect_args)


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]

app = FastAPI()


@app.post("/api/v1/items", response_model=ItemPublic, status_code=201)
def create_item(item: ItemCreate, session: SessionDep):
    db_item = Item.model_validate(item)
    session.add(db_item)
    session.commit()
    session.refresh(db_item)
    return db_item


@app.get("/api/v1/items", response_model=ItemsPublic)
def read_items(
    session: SessionDep, limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str | None = None
):
    query = select(Item).order_by(col(Item.created_at).desc(), col(Item.id).desc())
    if cursor is not None:
        query = query.where(tuple_(Item.created_at, Item.id) < decode(cursor))
    items = session.exec(query.limit(limit + 1)).all()
    page = items[:limit]
    more = len(items) > limit
    return {"items": page, "next_cursor": encode(page[-1].created_at, page[-1].id) if more else None}


@app.get("/api/v1/items/{item_id}", response_model=ItemPublic)
def read_item(item_id: UUID, session: SessionDep):
    item = session.get(Item, item_id)
    if not item:
        raise HTTPException(status_code=404, detail="Item not found")
    return item


@app.patch("/api/v1/items/{item_id}", response_model=ItemPublic)
def update_item(item_id: UUID, item: ItemUpdate, session: SessionDep):
    db_item = session.get(Item, item_id)
    if not db_item:
        raise HTTPException(status_code=404, detail="Item not found")
    db_item.sqlmodel_update(item.model_dump(exclude_unset=True))
    db_item.updated_at = now()
    db_item.version += 1
    session.add(db_item)
    session.commit()
    session.refresh(db_item)
    return db_item
