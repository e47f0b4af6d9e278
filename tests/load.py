"""Clients that write and read without a pause, and keep account of what they are answered."""

import ssl
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event
from uuid import uuid4

import httpx2
from stores import Store

CLIENTS = 8
ITEMS = "/api/v1/items"
TLS = ssl.create_default_context()  # once: to make one takes longer than a request


@dataclass
class Failure:
    """A request that was not answered as it should be."""

    request_id: str
    method: str
    answer: httpx2.Response | httpx2.TransportError
    seconds: float


@dataclass
class Load:
    """What came of it, so far."""

    url: str
    headers: dict[str, str]
    answered: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    """The items that are known to be there, by their name."""
    unsure: set[str] = field(default_factory=set)
    """Those of a request that failed: it may be done all the same."""
    slowest: float = 0.0

    def run(self, number: int, is_over: Event) -> None:
        """One client: it makes an item, changes it, and reads it, again and again."""
        with httpx2.Client(base_url=self.url, headers=self.headers, timeout=40, verify=TLS) as client:
            for n in count():
                if is_over.is_set():
                    break
                self._write_and_read(client, f"{number}-{n}")

    def _write_and_read(self, client: httpx2.Client, name: str) -> None:
        key = {"Idempotency-Key": str(uuid4())}
        body = {"name": name, "price": "1"}
        posted = self._ask(client, "POST", ITEMS, 201, json=body, headers=key)
        if posted is None:
            self.unsure.add(name)
            return
        self.versions[name] = 1
        path, tag = posted.headers["Location"], {"If-Match": posted.headers["ETag"]}
        changed = self._ask(client, "PATCH", path, 200, json={"price": "2"}, headers=tag)
        if changed is None:
            self.unsure.add(name)
            return
        self.versions[name] = 2
        read = self._ask(client, "GET", path, 200)
        assert read is None or read.content == changed.content

    def _ask(
        self, client: httpx2.Client, method: str, path: str, status: int, **options: object
    ) -> httpx2.Response | None:
        request = client.build_request(method, path, **options)  # type: ignore[arg-type]
        request.headers["X-Request-ID"] = request_id = str(uuid4())
        began = time.monotonic()
        answer: httpx2.Response | httpx2.TransportError
        try:
            answer = client.send(request)
        except httpx2.TransportError as error:
            answer = error
        seconds = time.monotonic() - began
        self.slowest = max(self.slowest, seconds)
        if isinstance(answer, httpx2.Response) and answer.status_code == status:
            self.answered[method] += 1
            return answer
        self.failures.append(Failure(request_id, method, answer, seconds))
        time.sleep(0.05)  # or a server that is away would be asked very often
        return None

    def is_kept(self, store: Store) -> None:
        """Hold what the database has against what was answered: nothing is lost, and nothing done twice."""
        rows = store.do("SELECT name, version FROM items")
        found = dict(rows)
        assert len(found) == len(rows)
        assert found.keys() <= self.versions.keys() | self.unsure
        sure = {name: version for name, version in self.versions.items() if name not in self.unsure}
        assert {name: found.get(name) for name in sure} == sure
        assert {found.get(name, 0) - self.versions.get(name, 0) for name in self.unsure} <= {0, 1}


@contextmanager
def loaded(url: str, headers: dict[str, str], clients: int = CLIENTS) -> Iterator[Load]:
    """Clients at work, until the end."""
    load, is_over = Load(url, headers), Event()
    with ThreadPoolExecutor(clients) as threads:
        try:
            at_work = [threads.submit(load.run, number, is_over) for number in range(clients)]
            yield load
        finally:
            is_over.set()
    for each in at_work:
        each.result()
