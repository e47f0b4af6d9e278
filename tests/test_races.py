"""Fifty clients at once, and a server killed at the worst moment: nothing is lost, and nothing done twice."""

import signal
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx2
import people
import pytest
from conftest import Make
from people import PASSWORD, bearer
from serving import Server, serving
from stores import Store
from variants import PAIR, PAIRED, POSTGRESQL_PAIR, POSTGRESQL_WITHOUT_ACCOUNTS

CLIENTS = 50
ITEMS = "/api/v1/items"
LAMP = {"name": "Lamp", "price": "0"}
TLS = ssl.create_default_context()  # once: to make one takes longer than a request
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
UNDER_WAY = "The first request with this key is still worked on. Repeat it in a moment."

Serve = Callable[..., AbstractContextManager[Server]]


@pytest.fixture(params=PAIR)
def project(request: pytest.FixtureRequest, installed: Make) -> Path:
    return installed(request.param)


@pytest.fixture
def serve(request: pytest.FixtureRequest, project: Path, tmp_path: Path) -> Serve:
    """Starts the server, in two processes or as many as said; each time with the same database."""
    workers = getattr(request, "param", "2")
    return lambda **settings: serving(project, tmp_path, "serve", "--workers", workers, **settings)


both_databases = pytest.mark.parametrize("project", [*PAIR, *POSTGRESQL_WITHOUT_ACCOUNTS], indirect=True)
both_kinds = pytest.mark.parametrize("project", PAIRED, indirect=True)  # with accounts, and without
one_or_two = pytest.mark.parametrize("serve", ["1", "2"], ids=["one process", "two processes"], indirect=True)


def race(server: Server, ask: Callable[[httpx2.Client, int], httpx2.Response]) -> list[httpx2.Response]:
    """What the clients get who all begin at once, each with a connection of its own."""
    start, headers = Barrier(CLIENTS), server.headers

    def run(n: int) -> httpx2.Response:
        with httpx2.Client(base_url=server.url, headers=headers, timeout=60, verify=TLS) as client:
            client.get("/health/live")
            start.wait()
            return ask(client, n)

    with ThreadPoolExecutor(CLIENTS) as threads:
        return list(threads.map(run, range(CLIENTS)))


def statuses(answers: list[httpx2.Response]) -> dict[int, int]:
    found = [answer.status_code for answer in answers]
    return {status: found.count(status) for status in sorted(set(found))}


def post(server: Server, **headers: str) -> httpx2.Response:
    return httpx2.post(server.url + ITEMS, json=LAMP, headers={**server.headers, **headers}, timeout=20)


def items(server: Server) -> list[dict[str, Any]]:
    return items_of(server, server.headers)


def items_of(server: Server, headers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx2.get(server.url + ITEMS, headers=headers).json()["items"]
    return found


@both_kinds
def test_of_posts_with_one_key_one_is_done_and_all_get_its_answer(serve: Serve) -> None:
    with serve() as server:
        answers = race(server, lambda client, _: client.post(ITEMS, json=LAMP, headers=KEY))
        again = post(server, **KEY)
        assert again.status_code == 201
        assert items(server) == [again.json()]
        for answer in answers:
            if answer.status_code == 201:
                assert (answer.content, answer.headers["Location"]) == (
                    again.content,
                    again.headers["Location"],
                )
            else:
                assert (answer.status_code, answer.json()["detail"]) == (409, UNDER_WAY)
        assert statuses(answers)[201] >= 1


@both_kinds
def test_of_posts_with_one_name_one_is_done(serve: Serve) -> None:
    with serve() as server:
        answers = race(server, lambda client, _: client.post(ITEMS, json=LAMP))
        assert statuses(answers) == {201: 1, 409: CLIENTS - 1}
        assert len(items(server)) == 1


@both_databases
def test_of_changes_of_one_version_one_is_made(serve: Serve) -> None:
    with serve() as server:
        path = post(server).headers["Location"]

        def change(client: httpx2.Client, n: int) -> httpx2.Response:
            return client.patch(path, json={"price": f"{n + 1}"}, headers={"If-Match": '"1"'})

        answers = race(server, change)
        assert statuses(answers) == {200: 1, 412: CLIENTS - 1}
        (made,) = (answer for answer in answers if answer.status_code == 200)
        now = httpx2.get(server.url + path)
        assert (now.content, now.headers["ETag"]) == (made.content, '"2"')


@both_databases
def test_no_change_is_lost_between_reading_and_writing(serve: Serve) -> None:
    with serve() as server:
        path = post(server).headers["Location"]

        def increment(client: httpx2.Client, n: int) -> httpx2.Response:
            while True:
                read = client.get(path)
                changed = client.patch(
                    path,
                    json={"price": str(Decimal(read.json()["price"]) + n)},
                    headers={"If-Match": read.headers["ETag"]},
                )
                if changed.status_code != 412:
                    return changed

        assert statuses(race(server, lambda client, n: increment(client, n + 1))) == {200: CLIENTS}
        now = httpx2.get(server.url + path)
        assert Decimal(now.json()["price"]) == sum(range(1, CLIENTS + 1))
        assert now.headers["ETag"] == f'"{1 + CLIENTS}"'


@both_databases
def test_every_change_without_a_condition_is_made_or_refused(serve: Serve) -> None:
    with serve() as server:
        path = post(server).headers["Location"]
        answers = race(server, lambda client, n: client.patch(path, json={"price": f"{n + 1}"}))
        made = [answer for answer in answers if answer.status_code == 200]
        assert len(made) + statuses(answers).get(409, 0) == CLIENTS
        versions = sorted(int(answer.headers["ETag"].strip('"')) for answer in made)
        assert versions == list(range(2, 2 + len(made)))
        assert httpx2.get(server.url + path).headers["ETag"] == f'"{1 + len(made)}"'


@pytest.fixture(params=POSTGRESQL_PAIR, scope="module")
def shop(
    request: pytest.FixtureRequest, installed: Make, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """With accounts, in two processes, for one race after another; each has users of its own."""
    folder = tmp_path_factory.mktemp("shop")
    with serving(installed(request.param), folder, "serve", "--workers", "2") as server:
        yield server


def user(server: Server, name: str) -> dict[str, str]:
    """The headers of a new user."""
    return people.signed_in(server.project, server.url, f"{name}@example.org")


def is_let_in(server: Server, credential: str) -> bool:
    answer = httpx2.get(server.url + ITEMS, headers=bearer(credential))
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


def refresh(client: httpx2.Client, token: str) -> httpx2.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return client.post("/api/v1/tokens/refresh", data=form)


def test_of_refreshs_with_one_token_one_is_done_and_the_login_ends(shop: Server) -> None:
    tokens = people.grant(shop.url, "refreshes@example.org")
    answers = race(shop, lambda client, _: refresh(client, tokens["refresh_token"]))
    assert statuses(answers) == {200: 1, 400: CLIENTS - 1}
    (done,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert not is_let_in(shop, tokens["access_token"])
    assert not is_let_in(shop, done["access_token"])
    with httpx2.Client(base_url=shop.url) as client:
        assert refresh(client, done["refresh_token"]).json()["error"] == "invalid_grant"


def test_of_those_who_register_one_address_one_does_and_all_are_told_the_same(shop: Server) -> None:
    email = "wanted@example.org"

    def register(client: httpx2.Client, n: int) -> httpx2.Response:
        return client.post("/api/v1/users", json={"email": email, "password": f"{PASSWORD} {n}"})

    answers = race(shop, register)
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, f'{{"email":"{email}"}}')}
    assert shop.store.do("SELECT count(*) FROM users WHERE email = :email", email=email) == [(1,)]


def test_two_users_with_one_key_each_get_an_item_of_their_own(shop: Server) -> None:
    users = [user(shop, "one"), user(shop, "other")]
    answers = race(shop, lambda client, n: client.post(ITEMS, json=LAMP, headers={**users[n % 2], **KEY}))
    assert set(statuses(answers)) <= {201, 409}
    again = [httpx2.post(shop.url + ITEMS, json=LAMP, headers={**each, **KEY}) for each in users]
    assert [items_of(shop, each) for each in users] == [[answer.json()] for answer in again]
    for n, answer in enumerate(answers):
        told = again[n % 2].content if answer.status_code == 201 else answer.content
        assert answer.content == told
    assert again[0].json()["id"] != again[1].json()["id"]


def test_nobody_gets_more_api_keys_than_there_may_be(shop: Server) -> None:
    headers = user(shop, "maker-of-keys")
    body = {"name": "Cash desk", "scopes": ["items:read"]}
    with httpx2.Client(base_url=shop.url, headers=headers) as client:
        made = [client.post("/api/v1/api-keys", json=body).status_code for _ in range(80)]
    assert made == [201] * 80
    answers = race(shop, lambda client, _: client.post("/api/v1/api-keys", json=body, headers=headers))
    assert statuses(answers) == {201: 20, 409: CLIENTS - 20}
    listed = httpx2.get(f"{shop.url}/api/v1/api-keys?limit=100", headers=headers).json()
    assert (len(listed["items"]), listed["next_cursor"]) == (100, None)


def test_nothing_of_an_old_password_outlasts_its_change(shop: Server) -> None:
    """Neither a login nor an API key, though they were being made when it was changed."""
    email = "changes@example.org"
    tokens = people.grant(shop.url, email)
    headers = bearer(tokens["access_token"])
    form = {"grant_type": "password", "username": email, "password": PASSWORD}
    new = {"current_password": PASSWORD, "password": f"{PASSWORD} too"}

    def ask(client: httpx2.Client, n: int) -> httpx2.Response:
        if n == 0:
            return client.patch("/api/v1/users/me", json=new, headers=headers)
        if n % 2:
            return client.post("/api/v1/tokens", data=form)
        return client.post(
            "/api/v1/api-keys", json={"name": f"{n}", "scopes": ["items:read"]}, headers=headers
        )

    changed, *answers = race(shop, ask)
    assert changed.status_code == 200
    assert set(statuses(answers[::2])) <= {200, 400}
    assert set(statuses(answers[1::2])) <= {201, 401}
    made = [answer.json() for answer in answers if answer.is_success]
    credentials = [each.get("access_token") or each["key"] for each in made]
    assert [each for each in (tokens["access_token"], *credentials) if is_let_in(shop, each)] == []
    assert is_let_in(shop, people.log_in(shop.url, email, new["password"])["access_token"])


# Python runs this when a process of the server starts. The tests put it there; the product has no hook.
KILLER = """
import os
import signal

from sqlalchemy import event
from sqlalchemy.orm import Session

if "GROUPED" not in os.environ:
    os.setpgrp()
    os.environ["GROUPED"] = "yes"


@event.listens_for(Session, os.environ["KILLED"])
def kill_all_processes(session):
    rows = [*session.new, *session.identity_map.values()]
    has_item = "Item" in {type(row).__name__ for row in rows}
    if has_item and not session.in_nested_transaction():
        os.killpg(0, signal.SIGKILL)
"""


def kill(serve: Serve, folder: Path, moment: str) -> None:
    """Have a POST with the key be the last thing that the server did; it was killed before it answered."""
    (folder / "killer").mkdir()
    (folder / "killer/sitecustomize.py").write_text(KILLER)
    with serve(PYTHONPATH=str(folder / "killer"), KILLED=moment) as server:
        with pytest.raises(httpx2.TransportError):
            post(server, **KEY)
        assert server.process.wait(10) == -signal.SIGKILL


@one_or_two
def test_killed_between_commit_and_answer_it_gives_the_answer_later(serve: Serve, tmp_path: Path) -> None:
    kill(serve, tmp_path, "after_commit")
    with serve() as server:
        (item,) = items(server)
        for _ in range(2):
            answer = post(server, **KEY)
            assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (201, item, '"1"')
            assert answer.headers["Location"] == f"{ITEMS}/{item['id']}"
        assert items(server) == [item]


@one_or_two
def test_killed_before_the_commit_it_does_it_once_the_lease_is_over(serve: Serve, tmp_path: Path) -> None:
    kill(serve, tmp_path, "before_commit")
    with serve() as server:
        for _ in range(2):
            refused = post(server, **KEY)
            assert (refused.status_code, refused.json()["detail"]) == (409, UNDER_WAY)
            assert items(server) == []
            let_pass(server.store, timedelta(seconds=30))
        first = post(server, **KEY)
        assert first.status_code == 201
        assert post(server, **KEY).content == first.content
        assert items(server) == [first.json()]


def let_pass(store: Store, time: timedelta) -> None:
    """As if the key had been claimed so much earlier."""
    ((claimed_at,),) = store.do("SELECT claimed_at FROM idempotency_keys")
    earlier = datetime.fromisoformat(str(claimed_at)) - time
    store.do(
        "UPDATE idempotency_keys SET claimed_at = :earlier", earlier=earlier.isoformat(" ", "microseconds")
    )
