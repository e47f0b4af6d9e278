"""uvicorn's HTTP protocol, with limits to the head of a request, and problems for what it refuses."""

import asyncio
import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..errors import title
from .gate import known, refusal

HEAD_SECONDS = 10
"""How long a client may take to send the head of a request, or the rest of one that is answered already."""

HEAD_BYTES = 64 * 1024
"""What is kept of a head that does not end; the settings have limits for those that do."""

_UPGRADE = re.compile(rb"\r\nUpgrade:", re.IGNORECASE)


class Protocol(HttpToolsProtocol):
    """One connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.head = 0  # bytes of a head that has not ended
        self.timer: asyncio.TimerHandle | None = None
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.ws_protocol_class is None and (self.cycle is None or not self.cycle.more_body):
            # The parser would not read the body of a request that asks for another protocol, as those of
            # Java's HttpClient and of `curl --http2` do. A server may ignore it (RFC 9110, section 7.8).
            head, end, rest = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(b"\r\nX-Upgrade:", head) + end + rest
        super().data_received(data)
        if self.head:
            self.head += len(data)
            if self.head > HEAD_BYTES:
                self.refuse(431)
        if self.timer is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()

    def on_message_begin(self) -> None:
        self.head = 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.head = 0
        self._wait_no_more()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self.refuse(400)

    def refuse(self, status: int) -> None:
        """Answer with a problem, if nothing else is on its way, and hang up."""
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete:
            self.flow.pause_reading()  # the next request is wrong: this one is answered first
            self.cycle.keep_alive = False
            return
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            headers, body = refusal(status, known(self.headers or []))
            lines = [f"HTTP/1.1 {status} {title(status)}".encode()]
            lines += [name + b": " + value for name, value in headers]
            self.transport.write(b"\r\n".join([*lines, b"", body]))
        if self.cycle is not None:
            self.cycle.disconnected = True  # lest the app begins, or writes what goes nowhere
        self.transport.close()

    def _wait(self) -> None:
        self.timer = self.loop.call_later(HEAD_SECONDS, self._waited_too_long)

    def _wait_no_more(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def _waited_too_long(self) -> None:
        if self.head:
            self.refuse(408)
        else:
            self.transport.close()
