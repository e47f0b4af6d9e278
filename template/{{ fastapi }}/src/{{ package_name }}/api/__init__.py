"""The HTTP edge, in FastAPI."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from ..services import Services
from ..settings import Settings
from . import errors, health, items, openapi
from .middleware import Edge
from .routing import operation_id


def create_app(settings: Settings | None = None) -> FastAPI:
    """The API as an ASGI application. Without `settings`, they are read from the environment."""
    settings = settings or Settings.load()
    services = Services.build(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # A thread for each connection, so that none ever waits for the other.
        current_default_thread_limiter().total_tokens = settings.threads
        yield
        services.database.close()

    app = FastAPI(
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
        openapi_url=None,
    )
    app.state.settings = settings
    app.state.services = services
    app.add_middleware(Edge, settings=settings)
    errors.register(app)
    for part in (items, health, openapi):
        app.include_router(part.router)
    return app
