"""Litestar as its documentation shows it, with msgspec's structs, around our services.

See https://docs.litestar.dev/2/usage/routing/handlers.html and https://docs.litestar.dev/2/topics/sync-vs-async.html.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import Litestar, get, patch, post
from litestar.concurrency import set_asyncio_executor
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from msgspec import UNSET, Meta, Struct, UnsetType, convert, structs
from my_shop.errors import NotFound
from my_shop.services import Services
from my_shop.settings import Settings

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Description = Annotated[str, Meta(max_length=2000)]


class ItemIn(Struct):
    name: Name
    price: Decimal
    description: Description | None = None


class ItemPatch(Struct):
    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    price: Decimal | UnsetType = UNSET


class ItemOut(Struct):
    id: UUID
    created_at: datetime
    updated_at: datetime
    name: str
    description: str | None
    price: Decimal


class Page(Struct):
    items: list[ItemOut]
    next_cursor: str | None


settings = Settings()
services = Services.build(settings)
set_asyncio_executor(ThreadPoolExecutor(settings.threads))  # as many as there are connections


@get("/api/v1/items", sync_to_thread=True)
def list_items(limit: Annotated[int, Parameter(ge=1, le=100)] = 20, cursor: str | None = None) -> Page:
    return convert(services.items.page(limit=limit, cursor=cursor), Page, from_attributes=True)


@post("/api/v1/items", sync_to_thread=True)
def create_item(data: ItemIn) -> ItemOut:
    return convert(services.items.create(**structs.asdict(data)), ItemOut, from_attributes=True)


@get("/api/v1/items/{item_id:uuid}", sync_to_thread=True)
def get_item(item_id: UUID) -> ItemOut:
    try:
        return convert(services.items.get(item_id), ItemOut, from_attributes=True)
    except NotFound:
        raise NotFoundException from None


@patch("/api/v1/items/{item_id:uuid}", sync_to_thread=True)
def update_item(item_id: UUID, data: ItemPatch) -> ItemOut:
    changes = {name: value for name, value in structs.asdict(data).items() if value is not UNSET}
    try:
        return convert(services.items.update(item_id, changes), ItemOut, from_attributes=True)
    except NotFound:
        raise NotFoundException from None


app = Litestar([list_items, create_item, get_item, update_item])
