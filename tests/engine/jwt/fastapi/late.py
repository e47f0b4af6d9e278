"""What runs after a view of FastAPI has returned, and reads items."""

from collections.abc import AsyncIterator, Iterator

from fastapi import APIRouter, BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from my_shop.api.routing import StrictRoute
from my_shop.services import Services


def add_routes(app: FastAPI, seen: list[str]) -> list[str]:
    """Add routes that answer with the names of the items, and one that puts them into `seen`."""
    services: Services = app.state.services

    def names() -> Iterator[str]:
        for item in services.items.page(sort="name").items:
            yield f"{item.name}\n"

    async def names_async() -> AsyncIterator[str]:
        for item in (await run_in_threadpool(services.items.page, sort="name")).items:
            yield f"{item.name}\n"

    strict = APIRouter(prefix="/api/v1/late", route_class=StrictRoute)

    @strict.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(names())

    @app.get("/api/v1/late/async")
    async def stream_async() -> StreamingResponse:
        return StreamingResponse(names_async())

    @strict.get("/background")
    async def background(tasks: BackgroundTasks) -> str:
        tasks.add_task(lambda: seen.extend(names()))
        return "later"

    @app.get("/open")
    async def open_route() -> StreamingResponse:
        return StreamingResponse(names())

    app.include_router(strict)
    return ["/api/v1/late/stream", "/api/v1/late/async"]
