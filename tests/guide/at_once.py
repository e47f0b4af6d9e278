"""The most of fifty requests that are worked on at the same time, by what the view does."""

import asyncio
import json
import sys
import threading
import time
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import httpx2
from my_shop import logs
from my_shop.api import create_app
from my_shop.api.asgi import asgi
from my_shop.settings import Settings

MANY, THREADS = 50, 4


class Counted:
    """How many are within, and the most that there were."""

    def __init__(self) -> None:
        self.lock, self.here, self.most = threading.Lock(), 0, 0

    def __enter__(self) -> None:
        with self.lock:
            self.here += 1
            self.most = max(self.most, self.here)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.here -= 1


def block(counted: Counted, awaited: int) -> dict[str, str]:
    """Wait in a thread, until there are so many."""
    with counted:
        give_up = time.monotonic() + 5
        while counted.most < awaited and time.monotonic() < give_up:
            time.sleep(0.001)
        time.sleep(0.01)  # so that one more would be seen
    return {}


def views_of_fastapi(app: Any, counted: dict[str, Counted]) -> AbstractAsyncContextManager[None]:
    from my_shop.api.dependencies import run

    @app.get("/thread")
    async def thread() -> dict[str, str]:
        return await run(block, counted["/thread"], THREADS)

    @app.get("/await")
    async def wait() -> dict[str, str]:
        with counted["/await"]:
            async with asyncio.timeout(5):
                while counted["/await"].most < MANY:
                    await asyncio.sleep(0.001)
        return {}

    @app.get("/async")
    async def stuck() -> dict[str, str]:
        return block(counted["/async"], 1)

    return app.router.lifespan_context(app)


def views_of_flask(app: Any, counted: dict[str, Counted]) -> AbstractAsyncContextManager[None]:
    app.add_url_rule("/thread", view_func=lambda: block(counted["/thread"], THREADS))
    return nullcontext()


async def main() -> dict[str, int]:
    settings = Settings(threads=THREADS, log_level="warning")
    logs.configure(settings)
    app: Any = create_app(settings)
    of_fastapi = hasattr(app, "router")
    counted = {path: Counted() for path in (("/thread", "/await", "/async") if of_fastapi else ("/thread",))}
    lifespan = (views_of_fastapi if of_fastapi else views_of_flask)(app, counted)
    transport = httpx2.ASGITransport(app=asgi(app))
    async with lifespan, httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
        for path in counted:
            answers = await asyncio.gather(*(client.get(path) for _ in range(MANY)))
            assert {answer.status_code for answer in answers} == {200}
    return {path: its.most for path, its in counted.items()}


sys.stdout.write(json.dumps(asyncio.run(main())))
