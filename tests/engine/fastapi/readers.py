"""Every way to read a body in FastAPI, as routes that answer with the number of bytes."""

from asyncio import sleep
from collections.abc import AsyncIterator
from importlib.util import find_spec

from fastapi import Body, FastAPI, Request
from fastapi.responses import StreamingResponse

from my_shop.api.routing import StrictRequest, StrictRoute

RAW, FORM, UPLOAD = "application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data"


def add_stream(app: FastAPI) -> str:
    """Add a route that streams, and reads nothing."""

    async def pieces() -> AsyncIterator[str]:
        for piece in ("one ", "two ", "three"):
            await sleep(0)
            yield piece

    @app.post("/stream-alone")
    async def stream() -> StreamingResponse:
        return StreamingResponse(pieces())

    return "/stream-alone"


def add_readers(app: FastAPI, prefix: str) -> list[tuple[str, str]]:
    """Add the routes below `prefix`; return each path with the media type that it reads."""

    @app.post(f"{prefix}/body")
    async def read_body(request: Request) -> int:
        return len(await request.body())

    @app.post(f"{prefix}/stream")
    async def read_stream(request: Request) -> int:
        return sum([len(piece) async for piece in request.stream()])

    @app.post(f"{prefix}/parameter")
    async def read_parameter(content: bytes = Body()) -> int:
        return len(content)

    @app.post(f"{prefix}/json")
    async def read_json(request: Request) -> int:
        return len(await request.json()) + 2  # its quotes

    async def read_strictly(request: Request) -> int:
        return len(await StrictRequest(request.scope, request.receive).body())

    app.router.add_api_route(
        f"{prefix}/strict", read_strictly, methods=["POST"], route_class_override=StrictRoute
    )
    found = [(f"{prefix}/{name}", RAW) for name in ("body", "stream", "parameter", "strict")]
    found.append((f"{prefix}/json", "application/json"))
    if find_spec("python_multipart"):  # which comes with accounts
        from fastapi import Form, UploadFile

        @app.post(f"{prefix}/form")
        async def read_form(text: str = Form()) -> int:
            return len(text) + len("text=")

        @app.post(f"{prefix}/upload")
        async def read_upload(request: Request, file: UploadFile) -> int:
            return len(await file.read()) + int(request.headers["x-overhead"])

        found += [(f"{prefix}/form", FORM), (f"{prefix}/upload", UPLOAD)]
    return found
