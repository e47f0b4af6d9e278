"""FastAPI as its tutorial shows it, around our services: what our edge adds is the difference.

See https://fastapi.tiangolo.com/tutorial/response-model/ and https://fastapi.tiangolo.com/tutorial/body-updates/.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from my_shop.errors import AppError
from my_shop.services import Services
from my_shop.settings import Settings
from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=80)]
Description = Annotated[str, Field(max_length=2000)]
Price = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]


class ItemIn(BaseModel):
    name: Name
    description: Description | None = None
    price: Price


class ItemUpdate(BaseModel):
    name: Name | None = None
    description: Description | None = None
    price: Price | None = None


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    updated_at: datetime
    name: str
    description: str | None
    price: Decimal


class Page(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    items: list[ItemOut]
    next_cursor: str | None


settings = Settings()
services = Services.build(settings)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = settings.threads
    yield
    services.database.close()


app = FastAPI(lifespan=lifespan)


@app.exception_handler(AppError)
async def app_error(request: Request, error: AppError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=error.status)


@app.get("/api/v1/items", response_model=Page)
async def list_items(limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str | None = None) -> Any:
    return await run_in_threadpool(services.items.page, limit=limit, cursor=cursor)


@app.post("/api/v1/items", response_model=ItemOut, status_code=201)
async def create_item(item: ItemIn) -> Any:
    return await run_in_threadpool(services.items.create, **item.model_dump())


@app.get("/api/v1/items/{item_id}", response_model=ItemOut)
async def get_item(item_id: UUID) -> Any:
    return await run_in_threadpool(services.items.get, item_id)


@app.patch("/api/v1/items/{item_id}", response_model=ItemOut)
async def update_item(item_id: UUID, item: ItemUpdate) -> Any:
    changes = item.model_dump(exclude_unset=True)
    return await run_in_threadpool(services.items.update, item_id, changes)
