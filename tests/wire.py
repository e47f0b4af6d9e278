"""HTTP/1.1 as bytes on sockets: what no client library would send, and all that comes back."""

import re
import socket
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from select import select

QUIET = 0.3
"""So many seconds without a byte, from either server, are an answer too: they wait for more."""

PATIENCE = 3.0
"""For so long, one server is waited for when the other has answered."""

# Both are new with each answer, or follow from a sentence that is a library's own.
NOT_COMPARED = {"content-length", "date"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """The answers on one connection, and whether the server closed it."""

    answers: tuple[Answer, ...]
    closed: bool

    def __str__(self) -> str:
        told = (
            f"  {answer.status} {dict(answer.headers)}\n    {answer.body[:1000]!r}" for answer in self.answers
        )
        return "\n".join([*told, f"  and then it {'closed' if self.closed else 'waited'}"])


def take(received: bytes, *, ended: bool = False) -> tuple[Answer, bytes] | None:
    """The first answer in what was received, and the rest; `None` while it is not whole."""
    head, blank, rest = received.partition(b"\r\n\r\n")
    if not blank:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = tuple(
        sorted((name.lower(), value) for name, _, value in (line.partition(": ") for line in lines))
    )
    status, length = int(first.split()[1]), int(dict(headers).get("content-length", 0))
    if status < 200 or status in {204, 304} or rest.startswith(b"HTTP/1.") or (ended and not rest):
        length = 0  # the last two are answers to HEAD
    if len(rest) < length:
        return None
    return Answer(status, headers, rest[:length]), rest[length:]


def exchange(received: bytes, *, closed: bool) -> Exchange:
    answers = []
    while taken := take(received, ended=True):
        answer, received = taken
        if answer.status >= 200:  # a client that did not ask to continue may pass over a 100
            answers.append(answer)
    assert not received, received
    return Exchange(tuple(answers), closed)


def ask(ports: Sequence[int], request: bytes) -> list[Exchange]:
    """What each server makes of the same bytes on a new connection, until all close it or fall silent."""
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            for port in ports
        ]
        received = dict.fromkeys(connections, b"")
        waiting = list(connections)
        for connection in connections:
            with suppress(ConnectionError):  # it may have answered and hung up; what it said is still read
                connection.sendall(request)
        while waiting:
            said = {(text.count(b"HTTP/1.1 "), each in waiting) for each, text in received.items()}
            ready, _, _ = select(waiting, [], [], QUIET if len(said) == 1 else PATIENCE)
            if not ready:
                break
            for connection in ready:
                try:
                    chunk = connection.recv(65536)
                except ConnectionError:
                    chunk = b""
                received[connection] += chunk
                if not chunk:
                    waiting.remove(connection)
        return [exchange(received[each], closed=each not in waiting) for each in connections]


class Connection:
    """A connection that is kept for one request after another."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)

    def send(self, request: bytes) -> None:
        self.socket.sendall(request)

    def read(self, *, head: bool = False) -> Answer:
        received = b""
        while not (taken := take(received, ended=head)):
            chunk = self.socket.recv(65536)
            assert chunk, f"closed after {received!r}"
            received += chunk
        answer, rest = taken
        assert not rest, rest
        return answer

    def close(self) -> None:
        self.socket.close()


# What a server chooses itself: a token, an API key and its beginning, an id, a moment, a cursor.
_CHOSEN = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]+"
    r"|sk_[0-9a-f]{8}(?:_[\w-]{43})?"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z"
    r'|(?<="next_cursor":")[\w-]+|(?<=[?&]cursor=)[\w-]+'
)
_WORDING = re.compile(r'("pointer":"(?:[^"\\]|\\.)*","detail":)"(?:[^"\\]|\\.)+"')


class Names:
    """Names for what one server chooses, in the order in which it shows them.

    When two servers are asked the same, their answers are the same text once the names are in it.
    """

    def __init__(self) -> None:
        self.name_of: dict[str, str] = {}

    def hide(self, answer: Answer) -> str:
        """The answer as text, but for what it need not share with another server's."""
        lines = [f"{name}: {value}" for name, value in answer.headers if name not in NOT_COMPARED]
        text = "\n".join([str(answer.status), *lines, "", answer.body.decode()])
        return _CHOSEN.sub(self._name, _WORDING.sub(r"\1_", text))

    def _name(self, chosen: re.Match[str]) -> str:
        return self.name_of.setdefault(chosen[0], f"~{len(self.name_of)}~")

    def show(self, request: bytes) -> bytes:
        """The request with what the names stand for."""
        real = {name: chosen for chosen, name in self.name_of.items()}
        return re.sub(rb"~\d+~", lambda name: real[name[0].decode()].encode(), request)
