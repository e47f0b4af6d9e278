"""The processes that serve: one, or several with a parent. They stop without losing a request.

uvicorn would hang up on who is silent when it stops, though a request may be on its way, which
`Protocol.shutdown` mends. And the kernel hangs up on who was not accepted yet when it closes a listener.
"""

import asyncio
import struct
import sys
from contextlib import suppress
from ctypes import addressof, create_string_buffer
from functools import cached_property
from socket import SOL_SOCKET, socket

import uvicorn
from uvicorn.supervisors import multiprocess

from .protocol import Protocol

SO_ATTACH_FILTER, BPF_RET = 26, 6  # of Linux, which Python does not name


class Server(uvicorn.Server):
    """One process that serves. When it stops, it first accepts all who wait for that."""

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        if self.config.workers == 1:  # else it is the parent that knows whether others go on listening
            for each in sockets or []:
                _drop_new_connections(each)
        accepted = [connection for each in sockets or [] for connection in _accept_all(each)]
        for server in self.servers:
            server.close()
        for connection in accepted:
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
        await super().shutdown(sockets)

    def _protocol(self) -> Protocol:
        return Protocol(self.config, self.server_state, self.lifespan.state)


def _drop_new_connections(listener: socket) -> None:
    """Let the kernel drop what asks for a connection; a client asks again, and finds the port closed.

    Else one could be accepted by the kernel between the last `accept()` and `close()`, which resets it. It is
    done by a socket filter that keeps nothing of a packet: https://docs.kernel.org/networking/filter.html.
    """
    if sys.platform == "linux":
        drop_all = create_string_buffer(struct.pack("HBBI", BPF_RET, 0, 0, 0))
        with suppress(OSError):  # where it is not allowed, the moment stays
            listener.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, addressof(drop_all)))


def _accept_all(listener: socket) -> list[socket]:
    """Who waits there. Between this and closing the listener, there is nothing that takes time."""
    accepted = []
    with suppress(BlockingIOError):
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            accepted.append(connection)
    return accepted


class Worker(multiprocess.Process):
    """One of several processes that serve."""

    @cached_property
    def server(self) -> Server:
        return Server(self.config)


class Workers(multiprocess.Multiprocess):
    """The parent of several: it replaces one that died, on SIGTERM stops all, and on SIGHUP replaces each."""

    def terminate_all(self) -> None:
        for each in self.sockets:
            _drop_new_connections(each)
            each.close()  # or connections would still be taken, for workers that are gone
        super().terminate_all()


multiprocess.Process = Worker  # type: ignore[misc] # there is no other way to say what a worker is


def run(config: uvicorn.Config) -> None:
    """Serve until a signal says to stop."""
    listener = config.bind_socket()
    if config.workers > 1:
        Workers(config, [listener]).run()
        return
    server = Server(config)
    with suppress(KeyboardInterrupt):  # by which uvicorn repeats a SIGINT that stopped it
        server.run([listener])
    if not server.started:
        sys.exit(1)
