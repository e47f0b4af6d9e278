"""Whatever bytes both real servers are sent, they answer the same.

Hypothesis makes 500 damaged requests and 100 sequences of good ones, and with `NIGHTLY=1` 10,000 and
2,000. Each damage is done alone too; without it, 800 of them.
A run prints its seed; `--hypothesis-seed` repeats it.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from random import Random
from time import time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx2
import people
import pytest
from conftest import Make
from damage import ITEM, JSON, LIMIT, NEXT, SHOP, Request, damaged, damaged_once
from damage_to_accounts import A_FORM, Shown, damaged_by_people, damaged_by_people_once
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from serving import Server, serving
from stores import Rows, Store
from variants import PAIRS
from wire import Answer, Connection, Exchange, Names, ask

NIGHTLY = bool(os.environ.get("NIGHTLY"))
EXAMPLES = settings(
    max_examples=10_000 if NIGHTLY else 500,
    stateful_step_count=8,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Servers:
    """Both of them, with the same shop to begin with."""

    ports: list[int]
    stores: list[Store]
    beginning: Rows
    shown: Shown | None = None  # by Ada, where there are accounts
    asked: int = 0

    def begin(self) -> None:
        """Give both the shop of the beginning, ids and times included."""
        for store in self.stores:
            store.restore(self.beginning)

    def ask(self, request: bytes) -> list[Exchange]:
        self.asked += 1
        return ask(self.ports, request)


@pytest.fixture(
    params=[
        pytest.param(pair, marks=pytest.mark.xdist_group(f"parity of {pair[0]}"), id="-".join(pair))
        for pair in PAIRS
    ],
    scope="module",
)
def running(
    request: pytest.FixtureRequest, installed: Make, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    """Both servers, with one item each; where there are accounts, it is Ada's."""
    pair: tuple[str, str] = request.param
    folders = [tmp_path_factory.mktemp(variant) for variant in pair]
    wanted = {"MAX_BODY_BYTES": str(LIMIT), "CORS_ORIGINS": SHOP, "LOG_LEVEL": "error"}
    with ExitStack() as stack:
        started = [
            stack.enter_context(serving(installed(variant), folder, "serve", **wanted))
            for variant, folder in zip(pair, folders, strict=True)
        ]
        lamp = {"name": "Lamp", "price": "12.50"}
        httpx2.post(
            f"{started[0].url}/api/v1/items", json=lamp, headers=started[0].headers
        ).raise_for_status()
        stores = [server.store for server in started]
        stores[0].do("UPDATE items SET id = :id", id=ITEM.replace("-", ""))
        shown = what_ada_shows(started[0]) if started[0].headers else None
        ports = [int(server.url.rpartition(":")[2]) for server in started]
        yield Servers(ports, stores, stores[0].rows(), shown)


def what_ada_shows(server: Server) -> Shown:
    """Ada is made an admin, who may ask for the scope."""
    granted = people.log_in(server.url)
    bearer = people.bearer(granted["access_token"])
    server.store.do("UPDATE users SET is_admin = true")
    query = "SELECT user_id, id FROM logins ORDER BY created_at DESC LIMIT 1"
    ((user_id, login_id),) = server.store.do(query)
    return Shown(
        people.tokens(server.project, str(UUID(str(user_id))), str(UUID(str(login_id)))),
        granted["refresh_token"],
        people.api_key(server.url, bearer, "items:read", "items:write"),
        people.api_key(server.url, bearer, "items:read"),
        httpx2.get(f"{server.url}/api/v1/api-keys", headers=bearer).json()["items"][0]["id"],
    )


@pytest.fixture
def servers(running: Servers, record_property: Callable[[str, object], None]) -> Iterator[Servers]:
    before = running.asked
    yield running
    record_property("requests", running.asked - before)


def plain(exchange: Exchange) -> tuple[list[str], bool]:
    """All that has to be the same."""
    names = Names()
    return [names.hide(answer) for answer in exchange.answers], exchange.closed


def agree(request: bytes, fastapi: Exchange, flask: Exchange) -> None:
    """Fail unless both made the same of it, and neither failed."""
    told = f"{request[:2000]!r}\nFastAPI:\n{fastapi}\nFlask:\n{flask}"
    assert plain(fastapi) == plain(flask) or too_long_and_broken(request, fastapi, flask), told
    assert all(answer.status < 500 or answer.status == 501 for answer in fastapi.answers), told


def too_long_and_broken(request: bytes, *exchanges: Exchange) -> bool:
    """Whether a body is over the limit, and its chunks end in nonsense.

    It is the one difference that is known. The app answers such a body unread, as a 413 or what else is
    wrong, and the server what is behind it, as a 400; who is first depends on how the bytes arrive.
    """
    first = [exchange.answers[0].status for exchange in exchanges if exchange.answers]
    return len(request) > LIMIT and b"chunked" in request.lower() and 400 in first


def test_a_difference_would_be_found() -> None:
    def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> Answer:
        return Answer(status, (("date", str(time())), *headers.items()), body)

    alike = [Exchange((answer(etag='"1"'),), closed=True) for _ in range(2)]
    agree(b"", *alike)
    for other in (
        Exchange((answer(201, etag='"1"'),), closed=True),
        Exchange((answer(etag='"2"'),), closed=True),
        Exchange((answer(etag='"1"', vary="Origin"),), closed=True),
        Exchange((answer(body=b"[]", etag='"1"'),), closed=True),
        Exchange((answer(etag='"1"'), answer()), closed=True),
        Exchange((answer(etag='"1"'),), closed=False),
    ):
        with pytest.raises(AssertionError, match="Flask"):
            agree(b"", alike[0], other)
    failed = Exchange((answer(500),), closed=True)
    with pytest.raises(AssertionError, match="Flask"):
        agree(b"", failed, failed)


def test_a_request_with_one_damage_is_answered_alike(servers: Servers, pytestconfig: pytest.Config) -> None:
    """Each that there is with `NIGHTLY=1`, else some of them."""
    shown = servers.shown
    requests = list(damaged_by_people_once(shown) if shown else damaged_once())
    if not NIGHTLY:
        requests = Random(pytestconfig.option.hypothesis_seed).sample(requests, 800)  # noqa: S311 (no secret)
    for request in requests:
        servers.begin()
        agree(request, *servers.ask(request + NEXT))


def test_a_damaged_request_is_answered_alike(servers: Servers) -> None:
    @EXAMPLES
    @given(damaged_by_people(servers.shown) if servers.shown else damaged())
    def tried(request: bytes) -> None:
        servers.begin()
        agree(request, *servers.ask(request))

    tried()


NAMES = st.sampled_from(
    ["Lamp", "lamp", "Kettle", "Ölfarbe", "Palette 50%", "a_b", "x" * 80, "💡"]
) | st.text(max_size=9)
PRICES = st.sampled_from(["0", "9.5", "12.50", 7, 0.07, 1e2, "99999999.99"]) | st.decimals(
    0, 999, places=2
).map(str)
FIELDS = {"name": NAMES, "price": PRICES, "description": st.none() | st.text(max_size=9)}
TAGS = st.sampled_from([None, '"1"', '"2"', '"3"', 'W/"1"', '"1", "2"', "*", '"x"'])
KEYS = st.sampled_from([None, "a", "b", "c"])
SORTS = ["id", "name", "price", "created_at", "updated_at"]
QUERIES = st.fixed_dictionaries(
    {"limit": st.integers(1, 3)},
    optional={
        "sort": st.sampled_from(SORTS + [f"-{each}" for each in SORTS]),
        "name": st.sampled_from(["lamp", "LAMP", "öl", "%", "_", "x", "💡"])
        | st.text(min_size=1, max_size=2),
    },
)


def written(value: object) -> bytes:
    return json.dumps(value).encode()


class Shop(RuleBasedStateMachine):
    """What clients do with items, one after another and at once, with both servers."""

    items = Bundle("items")
    cursors = Bundle("cursors")

    def __init__(self, servers: Servers) -> None:
        super().__init__()
        self.servers = servers
        servers.begin()
        self.names = [Names() for _ in servers.ports]
        self.connections = [[Connection(port) for _ in range(3)] for port in servers.ports]
        self.credential = servers.shown and servers.shown.good

    def teardown(self) -> None:
        for connections in self.connections:
            for connection in connections:
                connection.close()

    def ask(self, method: bytes, path: str, *, body: object = None, **headers: str | None) -> str:
        """What both answer, with names in place of what each of them chose."""
        requests = self.requests(method, path, body, headers)
        told = []
        for request, names, (connection, *_) in zip(requests, self.names, self.connections, strict=True):
            connection.send(request)
            told.append(names.hide(connection.read(head=method == b"HEAD")))
        self.servers.asked += 1
        assert told[0] == told[1], f"{requests[0]!r}\nFastAPI:\n{told[0]}\nFlask:\n{told[1]}"
        assert int(told[0][:3]) < 500, told[0]
        return told[0]

    def requests(self, method: bytes, path: str, body: object, headers: dict[str, str | None]) -> list[bytes]:
        """The same request to each server, with its own ids, cursors and tokens."""
        given = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        lines = tuple(f"{name}: {value}".encode() for name, value in given.items())
        request = Request(method, path.encode(), lines, credential=self.credential)
        if isinstance(body, str):
            request = replace(request, headers=(*lines, A_FORM), body=body.encode())
        elif body is not None:
            request = replace(request, headers=(*lines, JSON), body=written(body))
        bodies = [names.show(request.body) for names in self.names]  # first, for their lengths
        return [
            names.show(replace(request, body=its).raw())
            for names, its in zip(self.names, bodies, strict=True)
        ]

    @rule(target=items, item=st.fixed_dictionaries(FIELDS), key=KEYS)
    def create(self, item: dict[str, Any], key: str | None) -> Any:
        answer = self.ask(b"POST", "/api/v1/items", body=item, Idempotency_Key=key)
        made = re.findall(r'"id":"(~\d+~)"', answer)
        return f"/api/v1/items/{made[0]}" if made else multiple()

    @rule(path=items, method=st.sampled_from([b"GET", b"HEAD"]), tag=TAGS)
    def read(self, path: str, method: bytes, tag: str | None) -> None:
        self.ask(method, path, If_None_Match=tag)

    @rule(path=items, changes=st.fixed_dictionaries({}, optional=FIELDS), tag=TAGS)
    def change(self, path: str, changes: dict[str, Any], tag: str | None) -> None:
        self.ask(b"PATCH", path, body=changes, If_Match=tag)

    @rule(path=items, tag=TAGS)
    def delete(self, path: str, tag: str | None) -> None:
        self.ask(b"DELETE", path, If_Match=tag)

    @rule(
        path=items,
        changes=st.fixed_dictionaries(FIELDS),
        tag=TAGS,
        method=st.sampled_from([b"PATCH", b"DELETE", b"POST"]),
    )
    def race(self, path: str, changes: dict[str, Any], tag: str | None, method: bytes) -> None:
        """Ask the same on several connections at once; who wins is not said, but how many do."""
        path = "/api/v1/items" if method == b"POST" else path
        requests = self.requests(method, path, None if method == b"DELETE" else changes, {"If-Match": tag})
        outcomes = []
        for request, connections in zip(requests, self.connections, strict=True):
            for connection in connections:
                connection.send(request)
            outcomes.append(Counter(connection.read().status for connection in connections))
        self.servers.asked += len(self.connections[0])
        assert outcomes[0] == outcomes[1], requests[0]
        assert max(outcomes[0]) < 500, requests[0]
        self.ask(b"GET", "/api/v1/items?sort=id")

    @rule(target=cursors, query=QUERIES)
    def page_through(self, query: dict[str, object]) -> Any:
        """Follow the cursors to the last page, and keep them."""
        found = []
        path = f"/api/v1/items?{urlencode(query)}"
        while cursor := re.findall(r'"next_cursor":"(~\d+~)"', self.ask(b"GET", path + "".join(found[-1:]))):
            found.append(f"&cursor={cursor[0]}")
        return multiple(*found)

    @rule(cursor=cursors, query=QUERIES)
    def page_from(self, cursor: str, query: dict[str, object]) -> None:
        """Use a cursor again, or with another sort or filter."""
        self.ask(b"GET", f"/api/v1/items?{urlencode(query)}{cursor}")


EMAILS = st.sampled_from([people.ADA, people.GRACE, people.GRACE.upper(), "ada@exämple.org", "nobody"])
PASSWORDS = st.sampled_from([people.PASSWORD, people.PASSWORD, "Another green kettle", "password1234"])
SCOPES = st.sampled_from(
    [None, None, "items:read", "items:read items:write users:write", "admin items:read", "x"]
)


class People(Shop):
    """The same, by people with accounts, and what they do with these."""

    logins = Bundle("logins")
    keys = Bundle("keys")

    @initialize(target=logins, email=st.sampled_from([people.ADA, people.GRACE]))
    def begin(self, email: str) -> Any:
        self.register(email, people.PASSWORD)
        return self.log_in(email, people.PASSWORD, None)

    @rule(email=EMAILS, password=PASSWORDS)
    def register(self, email: str, password: str) -> None:
        self.ask(b"POST", "/api/v1/users", body={"email": email, "password": password})

    @rule(target=logins, email=EMAILS, password=PASSWORDS, scope=SCOPES)
    def log_in(self, email: str, password: str, scope: str | None) -> Any:
        asked = {"grant_type": "password", "username": email, "password": password}
        return self.granted("/api/v1/tokens", asked, scope)

    @rule(target=logins, login=logins, scope=SCOPES)
    def refresh(self, login: tuple[str, str], scope: str | None) -> Any:
        asked = {"grant_type": "refresh_token", "refresh_token": login[1]}
        return self.granted("/api/v1/tokens/refresh", asked, scope)

    def granted(self, path: str, asked: dict[str, str], scope: str | None) -> Any:
        """The names of an access token and of its refresh token, if there are any."""
        answer = self.ask(
            b"POST", path, body=urlencode(asked | ({"scope": scope} if scope else {}), safe="~")
        )
        found = re.search(r'"access_token":"(~\d+~)","refresh_token":"(~\d+~)"', answer)
        assert bool(found) == answer.startswith("200"), answer
        return found.groups() if found else multiple()

    @rule(login=logins)
    def go_on_as(self, login: tuple[str, str]) -> None:
        self.credential = f"Bearer {login[0]}".encode()

    @rule(key=keys)
    def go_on_by_key(self, key: tuple[str, str]) -> None:
        self.credential = f"Bearer {key[0]}".encode()

    @rule()
    def log_out(self) -> None:
        self.ask(b"DELETE", "/api/v1/tokens")

    @rule(method=st.sampled_from([b"GET", b"HEAD"]), tag=TAGS)
    def read_me(self, method: bytes, tag: str | None) -> None:
        self.ask(method, "/api/v1/users/me", If_None_Match=tag)

    @rule(current=PASSWORDS, password=PASSWORDS, tag=TAGS)
    def change_password(self, current: str, password: str, tag: str | None) -> None:
        body = {"current_password": current, "password": password}
        self.ask(b"PATCH", "/api/v1/users/me", body=body, If_Match=tag)

    @rule(tag=TAGS)
    def delete_me(self, tag: str | None) -> None:
        self.ask(b"DELETE", "/api/v1/users/me", If_Match=tag)

    @rule(target=keys, scope=SCOPES.filter(bool), days=st.none() | st.integers(1, 3))
    def make_key(self, scope: str, days: int | None) -> Any:
        body = {"name": "Cash desk", "scopes": scope.split(), "expires_in_days": days}
        answer = self.ask(b"POST", "/api/v1/api-keys", body=body)
        found = re.search(r'"key":"(~\d+~)","api_key":{"id":"(~\d+~)"', answer)
        assert bool(found) == answer.startswith("201"), answer
        return found.groups() if found else multiple()

    @rule(limit=st.integers(1, 3))
    def list_keys(self, limit: int) -> None:
        path = f"/api/v1/api-keys?limit={limit}"
        for _ in range(3):
            more = re.findall(r'"next_cursor":"(~\d+~)"', self.ask(b"GET", path))
            path = f"/api/v1/api-keys?limit={limit}&cursor={more[0]}" if more else path

    @rule(key=keys)
    def delete_key(self, key: tuple[str, str]) -> None:
        self.ask(b"DELETE", f"/api/v1/api-keys/{key[1]}")


def test_good_requests_one_after_another_and_at_once_are_answered_alike(servers: Servers) -> None:
    fewer = settings(EXAMPLES, max_examples=EXAMPLES.max_examples // 5)  # each is up to twelve requests
    machine = Shop
    if servers.shown:
        fewer = settings(EXAMPLES, max_examples=EXAMPLES.max_examples // 10, stateful_step_count=20)
        machine = People
    run_state_machine_as_test(lambda: machine(servers), settings=fewer)
