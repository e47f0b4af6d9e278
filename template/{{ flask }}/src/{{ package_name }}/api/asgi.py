"""How the server calls the app, which speaks WSGI: in a thread, once the whole request is there.

So a client holds no thread, however slow it is. See https://peps.python.org/pep-3333/.
"""

import asyncio
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from flask import Flask

from .gate import App, RawHeaders, Receive, Scope, Send

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def asgi(app: Flask) -> App:
    """The app as an ASGI application."""
    return Threaded(app)


class Threaded:
    """One hop into a thread for each request, and one more for each piece of an answer that streams."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.settings = app.extensions["settings"]
        # A thread for each connection of the database, so that none ever waits for the other.
        self.threads = ThreadPoolExecutor(self.settings.threads, "request")
        # Threads of their own for probes, for when all others wait for the database.
        self.probes = {path: ThreadPoolExecutor(8, "probe") for path in ("/health/live", "/health/ready")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return

        loop, context = asyncio.get_running_loop(), copy_context()
        threads = self.probes.get(scope["path"], self.threads)

        async def run(act: Callable[[], bytes]) -> bytes:
            return await loop.run_in_executor(threads, context.run, act)

        environ = _environ(scope)
        await self._read(environ, receive)
        answer = Answer(self.app, environ)
        piece = await run(answer.go_on)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if not answer.is_complete:
            gone = asyncio.create_task(_gone(receive))
            try:
                while not answer.is_complete and not gone.done():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    piece = await run(answer.go_on)
            finally:
                gone.cancel()
        await send({"type": "http.response.body", "body": piece})
        if not answer.is_complete:
            await run(answer.break_off)

    async def _read(self, environ: "WSGIEnvironment", receive: Receive) -> None:
        """Put the body into `environ`, and its length, which a body in chunks does not tell.

        One over the limit is left where it is: the app refuses it by its length.
        """
        body, more, limit = bytearray(), True, self.settings.max_body_bytes
        while more and max(len(body), int(environ.get("CONTENT_LENGTH", 0))) <= limit:
            message = await receive()
            body += message.get("body", b"")  # none when the client went away
            more = message.get("more_body", False)
        environ["wsgi.input"] = BytesIO(body)
        if environ.pop("HTTP_TRANSFER_ENCODING", None):
            environ["CONTENT_LENGTH"] = str(len(body))

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            getattr(self.app, "require_seen", bool)()  # by the guard of accounts
        except RuntimeError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.app.extensions["services"].database.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _gone(receive: Receive) -> None:
    """Ends when the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Answer:
    """What the app answers. Its methods are called in a thread, one after the other."""

    def __init__(self, app: "WSGIApplication", environ: "WSGIEnvironment") -> None:
        self.status = 0
        self.headers: RawHeaders = []
        self.is_complete = False
        self._left = -1  # bytes, once the app has told their number
        self._pieces = self._call(app, environ)

    def go_on(self) -> bytes:
        """The next piece, which is all of it when its length is that of the answer."""
        piece = next(self._pieces, b"")
        self._left -= len(piece)
        if not piece or self._left == 0:
            self.is_complete = True
            self._pieces.close()
        return piece

    def break_off(self) -> bytes:
        """Let the app clean up when the answer does not come to its end."""
        self._pieces.close()
        return b""

    def _call(self, app: "WSGIApplication", environ: "WSGIEnvironment") -> Generator[bytes, None, None]:
        iterable = app(environ, self._start)
        try:
            yield from filter(None, iterable)
        finally:
            getattr(iterable, "close", bool)()

    def _start(self, line: str, headers: list[tuple[str, str]], *_exc_info: Any) -> Callable[[bytes], object]:
        self.status = int(line[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._left = int(dict(self.headers).get(b"content-length", -1))
        return _write


_UNPREFIXED = {"CONTENT_LENGTH", "CONTENT_TYPE"}


def _write(_piece: bytes) -> None:
    raise NotImplementedError("Flask answers by an iterable; write() is for older frameworks.")


def _environ(scope: Scope) -> "WSGIEnvironment":
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:  # else it could pass for another one
            key = name.decode("latin-1").upper().replace("-", "_")
            environ[key if key in _UNPREFIXED else f"HTTP_{key}"] = value.decode("latin-1")
    return environ
