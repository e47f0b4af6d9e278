"""uvicorn's HTTP protocol, with limits to what is no body, and problems for what it refuses."""

import asyncio
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ..errors import title
from .gate import HEADERS_MAX, known, refusal

HEAD_SECONDS = 10
"""How long a client may take to send the head of a request, or the rest of one that is answered already."""

HEAD_BYTES = 64 * 1024
"""What is kept of a head, or of trailers, that do not end; the settings have limits for a head that does."""

READ_SECONDS = 30
"""How long a client may read nothing of its answer."""

LINGER_SECONDS = 1
"""How long a connection that is silent stays open when the server stops: a request may be on its way."""

_UPGRADE = re.compile(rb"\r\nUpgrade:", re.IGNORECASE)


class Protocol(HttpToolsProtocol):
    """One connection. Its parser is fed the head of a request apart from what follows it."""

    is_last = False  # the next request, as the server stops

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.head = bytearray()  # of the next request, until it is whole
        self.awaits_head = True
        self.is_amid_head = False  # which the parser has a part of
        self.unread = 0  # bytes since a head or a body last went on: trailers, or what describes a chunk
        self.is_deaf = False
        self.running: RequestResponseCycle | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.reader: asyncio.TimerHandle | None = None
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self.timer, self.reader):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        while data and not self.is_deaf and not self.transport.is_closing():
            data = self._rest(data) if self.is_amid_head or not self.awaits_head else self._head(data)
        if self._is_idle() and self.timer is None and not self.transport.is_closing():
            self._wait()

    def _head(self, data: bytes) -> bytes:
        """Feed the head once it is whole; give what follows it. Empty lines before it are passed over."""
        start = max(0, len(self.head) - 3)
        self.head += data if self.head else data.lstrip(b"\r\n")
        end = self.head.find(b"\r\n\r\n", start) + 4
        if end < 4:
            if len(self.head) > HEAD_BYTES:
                self.refuse(431)
            return b""
        head, rest = bytes(self.head[:end]), bytes(self.head[end:])
        self.head.clear()
        if self.ws_protocol_class is None:
            # The parser would not read the body of a request that asks for another protocol, as those of
            # Java's HttpClient and of `curl --http2` do. A server may ignore it (RFC 9110, section 7.8).
            head = _UPGRADE.sub(b"\r\nX-Upgrade:", head)
        super().data_received(head)
        return rest

    def _rest(self, data: bytes) -> bytes:
        """Feed what is no head, and maybe the heads of requests that follow."""
        self.unread += len(data)
        super().data_received(data)
        if self.unread > HEAD_BYTES:
            self.refuse(431)
        return b""

    def on_message_begin(self) -> None:
        self.is_amid_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        # Else it is a trailer, which is no header (RFC 9110, section 6.5.1), or one too many for the gate.
        if self.awaits_head and len(self.headers) <= HEADERS_MAX:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self.is_last:
            self.cycle.keep_alive = False
        self.awaits_head = self.is_amid_head = False
        self.unread = 0
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def on_body(self, body: bytes) -> None:
        self.unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.awaits_head = True
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.running = cycle
        super()._start_asgi_task(cycle, app)

    def _unsupported_upgrade_warning(self) -> None:
        self.refuse(400)  # one in the middle of other requests: what follows it could be anything

    def send_400_response(self, msg: str) -> None:
        self.refuse(400)

    def refuse(self, status: int) -> None:
        """Answer what is being received with a problem, after what came before it, and hang up."""
        self.is_deaf = True
        wrong = None if self.awaits_head else self.cycle
        if wrong is not None and self.pipeline and self.pipeline[0][0] is wrong:
            self.pipeline.popleft()
        before = self.pipeline[0][0] if self.pipeline else self.running
        if before is not None and before is not wrong and not before.response_complete:
            before.keep_alive = False
            return
        if wrong is None or not wrong.response_started:
            headers, body = refusal(status, known([] if self.head else self.headers))
            lines = [f"HTTP/1.1 {status} {title(status)}".encode()]
            lines += [name + b": " + value for name, value in self.server_state.default_headers + headers]
            self.transport.write(b"\r\n".join([*lines, b"", body]))
        if wrong is not None:
            wrong.disconnected = True  # lest the app begins, or writes what goes nowhere
        self.transport.close()

    def shutdown(self) -> None:
        """Answer what was asked, or will be in a moment, and hang up."""
        self.is_last = True
        if self._is_idle():
            self.loop.call_later(LINGER_SECONDS, self._hang_up)
        else:
            self.cycle.keep_alive = False

    def _hang_up(self) -> None:
        if self._is_idle() and not (self.head or self.is_amid_head):
            self.transport.close()

    def _is_idle(self) -> bool:
        return self.running is None or self.running.response_complete

    def _wait(self) -> None:
        self.timer = self.loop.call_later(HEAD_SECONDS, self._waited_too_long)

    def _waited_too_long(self) -> None:
        if self.head or self.is_amid_head:
            self.refuse(408)
        else:
            self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.reader is not None:
            self.reader.cancel()

    def _watch_reader(self, left: int) -> None:
        def look() -> None:
            now_left = self.transport.get_write_buffer_size()
            if now_left < left:
                self._watch_reader(now_left)
            else:
                self.transport.abort()

        self.reader = self.loop.call_later(READ_SECONDS, look)
