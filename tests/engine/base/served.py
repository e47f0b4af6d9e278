"""How the engine's tests call an app as the server does: through the gate, over ASGI, without a socket."""

import asyncio
from typing import Any

import httpx2

from my_shop.api.asgi import asgi
from my_shop.api.gate import Gate
from my_shop.settings import Settings


def send(app: Any, settings: Settings, method: str, url: str, **request: Any) -> httpx2.Response:
    """Return the response to one request."""

    async def respond() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=Gate(asgi(app), settings))
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.request(method, url, **request)

    return asyncio.run(respond())
